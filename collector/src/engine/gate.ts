/**
 * The read-only gate in front of statements that are not ours: dashboards and whoever holds a key for SQL. A statement
 * runs when the engine's classifier sees one that only reads, its syntax tree names only known functions and our views,
 * and nothing of the request changes a setting; it runs read-only, with a limit on time, memory, rows read and returned.
 */
import type { Connection } from './chdb.ts'
import { Refusal } from './failure.ts'
import { listing } from './listing.ts'
import { literal, prelude, type Statement } from './statement.ts'
import { judgeTree, READS, SYSTEM, VIEWS } from './syntax-tree.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Prepares a connection for one statement and returns what to run on it, or throws a Refusal. */
export type Gate = (connection: Connection, statement: Statement, seen: Seen) => Promise<string>

interface Seen {
  readonly statements: number
  readonly reads: boolean
}

/** The limits of one statement, beside its share of the memory: a month of spans ends in TOO_MANY_ROWS at once. */
export const visitorLimits = {
  // an expression alone is no statement: in front of one, `EXPLAIN AST` would be read as a column
  implicit_select: 0,
  max_execution_time: 10,
  max_rows_to_read: 50_000_000,
  max_result_rows: 100_000,
  max_result_bytes: 64 * 1024 * 1024,
  max_ast_elements: 10_000,
  max_ast_depth: 200,
  max_subquery_depth: 20,
  max_expanded_ast_elements: 100_000,
  max_columns_to_read: 200,
}

/** What clients send without being asked to; ours hold whatever they say. */
const IGNORED = new Set([
  'max_execution_time',
  'output_format_json_quote_64bit_integers',
  'output_format_native_use_flattened_dynamic_and_json_serialization',
  'http_headers_progress_interval_ms',
  'send_progress_in_http_headers',
  'cancel_http_readonly_queries_on_client_close',
  'enable_http_compression',
  'log_comment',
  // Grafana's plugin: its row limit with every query in some versions, `readonly` where "enforce read-only" is ticked
  'limit',
  'readonly',
])
/** Tables of the store with a tenant in each row. Of the others a caller of one tenant sees nothing. */
const OF_TENANTS = ['spans', 'scores', 'outcomes', 'guard_findings', 'guard_verdicts']
const OF_NOBODY = ['alerts']

const hidden = new Set(SYSTEM)

export function createGate(vocabulary: () => Promise<Vocabulary>): Gate {
  return async (connection, statement, seen) => {
    refuseSettings(statement, [VIEWS])
    if (seen.statements > 1) throw new Refusal(62, 'SYNTAX_ERROR', 'Multi-statements are not allowed')
    if (seen.statements === 0) throw await syntaxError(connection, statement.sql)
    if (!seen.reads) throw new Refusal(164, 'READONLY', READS)
    const listed = listing(statement.sql, VIEWS)
    await connection.query(`USE ${VIEWS}`, 'Null')
    for (const set of prelude({ settings: new Map(), parameters: statement.parameters, database: undefined })) {
      await connection.query(set, 'Null')
    }
    if (statement.tenant !== undefined) {
      await connection.query(`SET additional_table_filters = ${tenantFilters(statement.tenant, 'default')}`, 'Null')
    }
    await connection.query('SET readonly = 1', 'Null')
    if (listed !== null) return listed
    const tree = await connection.query(`EXPLAIN AST ${statement.sql}`, 'TabSeparatedRaw')
    judgeTree(tree.bytes.toString('utf8'), { vocabulary: await vocabulary(), views: VIEWS, hidden })
    return statement.sql
  }
}

/** The engine's own words. The text is only ever a literal here: what is no statement must not become part of one. */
async function syntaxError(connection: Connection, sql: string): Promise<unknown> {
  const words = connection.query(`SELECT formatQuery(${literal(sql)})`, 'Null')
  return await words.then(
    () => new Refusal(62, 'SYNTAX_ERROR', 'This is not a statement'),
    (error: unknown) => error,
  )
}

/** @param databases by whose names a client may call the views; the first is their own. */
export function refuseSettings({ settings, database }: Statement, databases: readonly string[]): void {
  if (database !== undefined && !databases.includes(database)) {
    throw new Refusal(81, 'UNKNOWN_DATABASE', `Database ${database} does not exist; the views are in ${databases[0]}`)
  }
  for (const name of settings.keys()) {
    if (!IGNORED.has(name)) throw new Refusal(164, 'READONLY', `Setting ${name} may not be changed here`)
  }
}

/**
 * A tenant's rows, as the setting `additional_table_filters`: the engine adds these conditions wherever the tables are
 * read, inside our views too, out of reach of SQL. Keys and conditions are literals without a byte that is syntax.
 */
export function tenantFilters(tenant: string, database: string): string {
  const condition = `tenant = unhex('${Buffer.from(tenant, 'utf8').toString('hex')}')`
  const filters = [
    ...OF_TENANTS.map((table) => `${literal(`${database}.${table}`)}: ${literal(condition)}`),
    ...OF_NOBODY.map((table) => `${literal(`${database}.${table}`)}: '0'`),
  ]
  return `{${filters.join(', ')}}`
}
