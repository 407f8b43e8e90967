import { Refusal } from './failure.ts'
import type { Vocabulary } from './vocabulary.ts'

/** The one database that a visitor sees; it holds views and nothing else. */
export const VIEWS = 'outrider'

const STRUCTURE = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery', 'DescribeQuery', 'Subquery', 'WithElement'],
  ...['ExpressionList', 'TablesInSelectQuery', 'TablesInSelectQueryElement', 'TableExpression', 'TableJoin'],
  ...['ArrayJoin', 'SampleRatio', 'OrderByElement', 'InterpolateElement', 'WindowDefinition', 'WindowListElement'],
  ...['Asterisk', 'QualifiedAsterisk', 'ColumnsListMatcher', 'ColumnsRegexpMatcher', 'QualifiedColumnsListMatcher'],
  ...['QualifiedColumnsRegexpMatcher', 'ColumnsTransformerList', 'ColumnsExceptTransformer'],
  ...['ColumnsReplaceTransformer', 'ColumnsReplaceTransformer::Replacement'],
])
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
/** Databases that exist beside the views. A dotted name that begins with one is a table of it, also behind `IN`. */
const HIDDEN = new Set(['default', 'system', 'information_schema', '_temporary_and_external_tables'])

const refused = (what: string) => new Refusal(497, 'ACCESS_DENIED', `${what} (only the views of ${VIEWS} may be read)`)

/**
 * Judges a statement by the tree that the engine's own parser made of it. Every node must be known: what is new, odd or
 * written over several lines is refused, so that no name can pass for another node.
 *
 * @param tree the text of `EXPLAIN AST`, parameters filled in.
 * @throws Refusal that says what may not be.
 */
export function judgeTree(tree: string, vocabulary: Vocabulary): void {
  const above: string[] = []
  for (const [at, line] of tree.replace(/\n$/, '').split('\n').entries()) {
    const [, indent = '', kind = '', rest = ''] = /^( *)([A-Za-z:]+)(?: (.*))?$/.exec(line) ?? []
    const depth = indent.length
    above.length = depth
    above[depth] = kind
    const parent = above[depth - 1]
    const name = rest.replace(/ ?\(children \d+\)$/, '').replace(/ ?\(alias .*\)$/, '')
    if ((at === 0) !== (depth === 0) || (at === 0 && !ROOTS.has(kind))) throw refused('This is not a SELECT')
    if (kind === 'Function') judgeFunction(name, parent, vocabulary)
    else if (kind === 'TableIdentifier') judgeTable(name)
    else if (kind === 'Identifier' && depth === 1 && name !== '') judgeFormat(name)
    else if (kind === 'Identifier') judgeName(name)
    else if (kind === 'Literal' && depth > 1) continue
    else if (kind === 'Set') throw new Refusal(164, 'READONLY', 'SETTINGS may not be given here')
    else if (!STRUCTURE.has(kind) || (kind === 'DescribeQuery' && depth > 0)) {
      throw refused(`\`${clip(kind === '' ? line : kind)}\` is not allowed`)
    }
  }
}

function judgeFunction(name: string, parent: string | undefined, vocabulary: Vocabulary): void {
  const known = parent === 'TableExpression' ? TABLE_FUNCTIONS.has(name) : vocabulary.has(name)
  if (!known) throw refused(`Function ${clip(name)} is not allowed`)
}

function judgeTable(name: string): void {
  // a bare name is looked up in the database of the views, where the connection stands
  if (!name.includes('.') || name.startsWith(`${VIEWS}.`)) return
  throw refused(`Table ${clip(name)} is not readable`)
}

function judgeName(name: string): void {
  const dot = name.indexOf('.')
  if (dot >= 0 && HIDDEN.has(name.slice(0, dot).trim().toLowerCase())) throw refused(`${clip(name)} is not readable`)
}

function judgeFormat(name: string): void {
  if (!FORMATS.test(name)) throw new Refusal(73, 'UNKNOWN_FORMAT', `Format ${clip(name)} is not given here`)
}

const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text)
