/** The functions that a visitor's statement may call. */
export interface Vocabulary {
  has(name: string): boolean
}

/** Groups of the engine's own list whose functions compute from their arguments and reach nothing else. */
const CATEGORIES = [
  ...['Aggregate Functions', 'Arithmetic', 'Arrays', 'Bit', 'Bitmap', 'Comparison', 'Conditional', 'Dates and Times'],
  ...['Distance', 'Encoding', 'Financial', 'Geo', 'Hash', 'IP Address', 'JSON', 'Logical', 'Map', 'Mathematical'],
  ...['Null', 'Random Number', 'Rounding', 'String', 'String Replacement', 'String Search', 'String Splitting'],
  ...['Time Window', 'Tuple', 'Type Conversion', 'URL', 'UUID'],
]
/** Harmless ones of the groups that hold others too, and what the parser writes by itself. */
const NAMED = [
  ...['bar', 'byteSize', 'currentDatabase', 'displayName', 'finalizeAggregation', 'formatReadableDecimalSize'],
  ...['formatReadableQuantity', 'formatReadableSize', 'formatReadableTimeDelta', 'identity', 'ignore', 'isConstant'],
  ...['materialize', 'neighbor', 'parseReadableSize', 'parseTimeDelta', 'revision', 'rowNumberInAllBlocks'],
  ...['rowNumberInBlock', 'runningDifference', 'toColumnTypeName', 'toTypeName', 'transform', 'variantElement'],
  ...['variantType', 'version', 'visibleWidth', 'exists', 'grouping', 'lambda', 'untuple'],
]
/** Of those groups, but not for strangers: one throws, one looks at the process. */
const REFUSED = ['aggThrow', 'chdb', 'flameGraph']

/**
 * Asks the engine what it has: aliases and combinators follow from its own tables.
 *
 * @param ask answers with tab-separated rows.
 */
export async function readVocabulary(ask: (sql: string) => Promise<string>): Promise<Vocabulary> {
  const rows = async (sql: string) => (await ask(sql)).trim().split('\n')
  const functions = await rows(
    'SELECT name, alias_to, categories, case_insensitive, is_aggregate FROM system.functions',
  )
  const combinators = await rows("SELECT name FROM system.aggregate_function_combinators WHERE name NOT LIKE '% %'")
  const told = functions.map((line) => {
    const [name = '', alias = '', category = '', anyCase, aggregate] = line.split('\t')
    return { name, of: alias === '' ? name : alias, category, anyCase: anyCase === '1', aggregate: aggregate === '1' }
  })
  const originals = new Set(
    told
      .filter(({ name, of }) => name === of)
      .filter(({ category, aggregate }) => CATEGORIES.includes(category) || (aggregate && category === ''))
      .map(({ name }) => name),
  )
  for (const name of NAMED) originals.add(name)
  for (const name of REFUSED) originals.delete(name)
  const allowed = told.filter(({ of }) => originals.has(of))
  const exact = new Set([...NAMED, ...allowed.map(({ name }) => name)])
  const anyCase = new Set(allowed.filter((one) => one.anyCase).map(({ name }) => name.toLowerCase()))
  const aggregates = new Set(allowed.filter((one) => one.aggregate).map(({ name }) => name))
  const known = (name: string) => exact.has(name) || anyCase.has(name.toLowerCase())
  const combined = (name: string): boolean => {
    if (aggregates.has(name) || anyCase.has(name.toLowerCase())) return true
    return combinators.some(
      (suffix) => suffix !== '' && name.endsWith(suffix) && combined(name.slice(0, -suffix.length)),
    )
  }
  return { has: (name) => known(name) || combined(name) }
}
