import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { storeError } from './failure.ts'

export interface Login {
  readonly username: string
  readonly password: string
}

/** One lane to ClickHouse: the embedded engine or a server. Values are always bound, never part of the text. */
export interface Connection {
  /** Rows as JSON gives them. Rejects with an `OutriderError`. */
  rows<Row>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<Row[]>
  /** A statement without rows. Rejects with an `OutriderError`. */
  run(sql: string, params?: Readonly<Record<string, unknown>>): Promise<void>
  /** One block, in one piece or several. Rejects with what the client threw: the writer decides by it. `token` is ours: hex digits. */
  insert(into: string, format: InsertFormat, block: Uint8Array | readonly Uint8Array[], token: string): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}

export type InsertFormat = 'RowBinary' | 'JSONEachRow'

export interface ConnectionSettings {
  readonly url: string
  readonly database: string
  readonly login: Login
  /** What every statement runs with. @default none */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Of every read. */
  readonly readSettings?: Readonly<Record<string, number>>
}

/** Longer than any statement of ours may run (30 s), so that the engine's own limit speaks first. */
const TIMEOUT_MS = 45_000

export function connect(given: ConnectionSettings): Connection {
  const { url, database, login, settings = {}, readSettings = {} } = given
  const near = isNear(url)
  const client: ClickHouseClient = createClient({
    url,
    database,
    ...login,
    request_timeout: TIMEOUT_MS,
    max_open_connections: 8,
    // on one machine gzip only costs; across a network texts shrink to a fifth
    compression: { request: !near, response: !near },
    // our own log says what failed, without the data that these messages quote
    log: { level: ClickHouseLogLevel.OFF },
    // a server closes idle sockets after 3 s by default
    keep_alive: { idle_socket_ttl: 2000 },
    clickhouse_settings: settings,
  })
  return {
    async rows<Row>(sql: string, params: Readonly<Record<string, unknown>> = {}) {
      try {
        const result = await client.query({
          query: sql,
          query_params: { ...params },
          format: 'JSONEachRow',
          clickhouse_settings: { max_execution_time: 30, output_format_json_quote_64bit_integers: 1, ...readSettings },
        })
        return await result.json<Row>()
      } catch (cause) {
        throw storeError(cause, 'Reading')
      }
    },
    async run(sql, params = {}) {
      try {
        await client.command({ query: sql, query_params: { ...params } })
      } catch (cause) {
        throw storeError(cause, 'A statement')
      }
    },
    async insert(into, format, block, token) {
      const { stream } = await client.exec({
        query: `INSERT INTO ${into} FORMAT ${format}`,
        values: Readable.from([block].flat(), { objectMode: false }),
        clickhouse_settings: {
          // the answer says how the whole insert went
          wait_end_of_query: 1,
          async_insert: 0,
          insert_deduplicate: 1,
          // a block that was cut off between its table and what is derived from it is derived when it comes again
          deduplicate_blocks_in_dependent_materialized_views: 1,
          // the default loses the last digit of doubles that come as text
          precise_float_parsing: 1,
          insert_deduplication_token: token,
          max_partitions_per_insert_block: '0',
        },
      })
      stream.resume()
      await finished(stream)
    },
    async ping() {
      const answer = await client.ping({ select: true })
      if (!answer.success) throw storeError(answer.error, 'Asking whether the store answers')
    },
    close: () => client.close(),
  }
}

function isNear(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
}

/** The text of a statement that ships beside the code. */
export function statement(name: string): string {
  return readFileSync(new URL(`queries/${name}.sql`, import.meta.url), 'utf8')
}

/** The same, with `{{name}}` standing for the text of another. */
export const composed = (name: string): string => filled(statement(name))

/** A text in which `{{name}}` stands for the text of a statement. */
export function filled(text: string): string {
  return text.replace(/\{\{([a-z-]+)\}\}/g, (_all, part: string) => composed(part).trimEnd())
}
