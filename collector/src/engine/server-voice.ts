/**
 * The gate where a ClickHouse server is the store: the same judgement as in front of the embedded engine, with the
 * server's own parser and list of functions, and the same limits. What passes runs with the collector's login, but
 * read-only, so that a key of the scope `query` is all that a dashboard needs.
 */
import { Refusal } from './failure.ts'
import { refuseSettings, tenantFilters, visitorLimits } from './gate.ts'
import type { About } from './hello.ts'
import { listing } from './listing.ts'
import type { Voice } from './server.ts'
import { createSlots } from './slots.ts'
import type { Statement } from './statement.ts'
import { judgeTree, SYSTEM, VIEWS } from './syntax-tree.ts'
import { createUpstream, type UpstreamSettings } from './upstream.ts'
import { readVocabulary, type Vocabulary } from './vocabulary.ts'

export interface ServerVoiceSettings extends UpstreamSettings {
  /** Where the tables are, on a cluster those of each shard: there a tenant's rows are told from others. */
  readonly database: string
  /** Where the views are. */
  readonly views: string
}

/** Statements that may run at the same time, and that may wait. */
const WIDTH = 8
const QUEUE = 512
const MEMORY_BYTES = 1024 ** 3
const limits = {
  ...visitorLimits,
  max_memory_usage: MEMORY_BYTES,
  output_format_json_quote_64bit_integers: 1,
  // whoever looks away ends what runs for him
  cancel_http_readonly_queries_on_client_close: 1,
  // on a cluster: a subquery is asked once of all shards, and a trace of the one that has it
  distributed_product_mode: 'global',
  optimize_skip_unused_shards: 1,
  readonly: 1,
}

/** The views' name on the embedded engine, quoted: what is provisioned for that asks for them by it. */
const alias = new RegExp(`(["'\`])${VIEWS}\\1`, 'g')

export function createServerVoice(settings: ServerVoiceSettings): Voice {
  const { database, views } = settings
  const upstream = createUpstream(settings)
  const slots = createSlots(WIDTH, QUEUE)
  const text = async (sql: string, signal = AbortSignal.timeout(10_000)) =>
    (await upstream.ask(sql, { format: 'TabSeparated', settings: { readonly: 1 } }, signal)).bytes.toString('utf8')
  const about = remembered<About>(async () => {
    const [timezone = '', version = ''] = (await text('SELECT timezone(), version()')).trim().split('\t')
    return { timezone, version }
  })
  // as the embedded engine reads; older servers do not know it
  const reads = remembered(async () => {
    const name = 'use_skip_indexes_if_final_exact_mode'
    return (await text(`SELECT name FROM system.settings WHERE name = '${name}'`)) === '' ? {} : { [name]: 0 }
  })
  const vocabulary = remembered<Vocabulary>(() => readVocabulary((sql) => text(sql)))

  const judge = async (statement: Statement, signal: AbortSignal) => {
    const { sql, parameters } = statement
    const { implicit_select, max_execution_time } = limits
    const judged = {
      format: 'TabSeparatedRaw',
      settings: { implicit_select, max_execution_time, readonly: 1 },
      parameters,
    }
    // databases come and go on a server: they are asked for each time
    const [tree, databases, words] = await Promise.all([
      upstream.ask(`EXPLAIN AST ${sql}`, judged, signal),
      text('SELECT name FROM system.databases', signal),
      vocabulary(),
    ])
    const hidden = new Set([...SYSTEM, ...databases.trim().toLowerCase().split('\n')])
    hidden.delete(views.toLowerCase())
    judgeTree(tree.bytes.toString('utf8'), { vocabulary: words, views, hidden })
    return sql
  }

  return {
    about,
    spool: { hold: () => Promise.reject(new Refusal(164, 'READONLY', 'Nothing is inserted here')) },
    lane: {
      async run(statement, signal) {
        // what is provisioned for the embedded engine's views finds these
        refuseSettings(statement, [views, VIEWS])
        await slots.enter(signal)
        try {
          const listed = listing(statement.sql.replace(alias, `$1${views}$1`), views)
          const sql = listed ?? (await judge(statement, signal))
          const filters =
            statement.tenant === undefined
              ? {}
              : { additional_table_filters: tenantFilters(statement.tenant, database) }
          const how = {
            format: statement.format,
            database: views,
            settings: { ...limits, ...(await reads()), ...filters },
          }
          return await upstream.ask(sql, { ...how, parameters: statement.parameters }, signal)
        } finally {
          slots.leave()
        }
      },
    },
  }
}

/** Asked once; again after it failed. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined
  return () => {
    known ??= ask().catch((cause: unknown) => {
      known = undefined
      throw cause
    })
    return known
  }
}
