import { Refusal } from './failure.ts'
import type { Vocabulary } from './vocabulary.ts'

/** The one database that a visitor of the embedded engine sees; it holds views and nothing else. */
export const VIEWS = 'outrider'

/** What a statement is judged by. */
export interface Bounds {
  readonly vocabulary: Vocabulary
  /** The database of the views. A bare name is looked up there. */
  readonly views: string
  /** Databases that exist beside it, in lower case. A dotted name that begins with one is a table of it, also behind `IN`. */
  readonly hidden: ReadonlySet<string>
}

const STRUCTURE = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery', 'DescribeQuery', 'Subquery', 'WithElement'],
  ...['ExpressionList', 'TablesInSelectQuery', 'TablesInSelectQueryElement', 'TableExpression', 'TableJoin'],
  ...['ArrayJoin', 'SampleRatio', 'OrderByElement', 'InterpolateElement', 'WindowDefinition', 'WindowListElement'],
  ...['Asterisk', 'QualifiedAsterisk', 'ColumnsListMatcher', 'ColumnsRegexpMatcher', 'QualifiedColumnsListMatcher'],
  ...['QualifiedColumnsRegexpMatcher', 'ColumnsTransformerList', 'ColumnsExceptTransformer'],
  ...['ColumnsReplaceTransformer', 'ColumnsReplaceTransformer::Replacement'],
])
/** Statements that change nothing. */
const LOOKS = /^(Select|Describe|Explain|Show|Exists)/
export const READS = 'Only SELECT, DESCRIBE, SHOW TABLES and SHOW DATABASES'
const ROOTS = new Set(['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'DescribeQuery'])
const TABLE_FUNCTIONS = new Set([
  'numbers',
  'generate_series',
  'generateSeries',
  'values',
  'VALUES',
  'SQLStandardValues',
])
const FORMATS =
  /^(Native|JSON\w*|CSV\w*|TSV\w*|TabSeparated\w*|RowBinary\w*|Pretty\w*|Arrow\w*|Parquet|Markdown|Vertical|XML|Null)$/
/** Databases of every server. */
export const SYSTEM = ['default', 'system', 'information_schema', '_temporary_and_external_tables']

const refused = (what: string) => new Refusal(497, 'ACCESS_DENIED', `${what} (only the views may be read)`)

/**
 * Judges a statement by the tree that the engine's own parser made of it. Every node must be known: what is new, odd or
 * written over several lines is refused, so that no name can pass for another node.
 *
 * @param tree the text of `EXPLAIN AST`, parameters filled in.
 * @throws Refusal that says what may not be.
 */
export function judgeTree(tree: string, bounds: Bounds): void {
  const above: string[] = []
  for (const [at, line] of tree.replace(/\n$/, '').split('\n').entries()) {
    const [, indent = '', kind = '', rest = ''] = /^( *)([A-Za-z:]+)(?: (.*))?$/.exec(line) ?? []
    const depth = indent.length
    above.length = depth
    above[depth] = kind
    const parent = above[depth - 1]
    const name = rest.replace(/ ?\(children \d+\)$/, '').replace(/ ?\(alias .*\)$/, '')
    if (at === 0 && !LOOKS.test(kind)) throw new Refusal(164, 'READONLY', READS)
    if ((at === 0) !== (depth === 0) || (at === 0 && !ROOTS.has(kind))) throw refused('This is not a SELECT')
    if (kind === 'Function') judgeFunction(name, parent, bounds)
    else if (kind === 'TableIdentifier') judgeTable(name, bounds)
    else if (kind === 'Identifier' && depth === 1 && name !== '') judgeFormat(name)
    else if (kind === 'Identifier') judgeName(name, bounds)
    else if (kind === 'Literal' && depth > 1) continue
    else if (kind === 'Set') throw new Refusal(164, 'READONLY', 'SETTINGS may not be given here')
    else if (!STRUCTURE.has(kind) || (kind === 'DescribeQuery' && depth > 0)) {
      throw refused(`\`${clip(kind === '' ? line : kind)}\` is not allowed`)
    }
  }
}

function judgeFunction(name: string, parent: string | undefined, { vocabulary }: Bounds): void {
  const known = parent === 'TableExpression' ? TABLE_FUNCTIONS.has(name) : vocabulary.has(name)
  if (!known) throw refused(`Function ${clip(name)} is not allowed`)
}

function judgeTable(name: string, { views }: Bounds): void {
  if (!name.includes('.') || name.startsWith(`${views}.`)) return
  throw refused(`Table ${clip(name)} is not readable`)
}

function judgeName(name: string, { hidden }: Bounds): void {
  const dot = name.indexOf('.')
  if (dot >= 0 && hidden.has(name.slice(0, dot).trim().toLowerCase())) throw refused(`${clip(name)} is not readable`)
}

function judgeFormat(name: string): void {
  if (!FORMATS.test(name)) throw new Refusal(73, 'UNKNOWN_FORMAT', `Format ${clip(name)} is not given here`)
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text)
