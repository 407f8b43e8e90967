/** An engine and a store of the measurement's own, with the collector's schema. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { type Engine, startEngine } from '../src/engine/engine.ts'
import { type Connection, connect } from '../src/store/connect.ts'
import { type OpenedStore, openStore } from '../src/store/open.ts'
import { contentColumns, type SpanRows, spanColumns } from '../src/store/row.ts'
import { childrenOf } from './process-cpu.ts'

export interface OwnStore {
  readonly enginePid: number
  /** Rows of spans and of their texts, as the store's writer sends them. */
  insert(rows: SpanRows): Promise<void>
  /** Rows into any table: `into` is a table and its columns. */
  insertInto(into: string, block: Uint8Array): Promise<void>
  run(sql: string): Promise<void>
  /** As the collector has it. */
  readonly store: OpenedStore
  /** Reads as the store reads, with nothing remembered from one time to the next. */
  readonly reading: Connection
  close(): Promise<void>
}

/** @param dataDir as the collector's `OUTRIDER_DATA_DIR`: a collector that is started on it later finds the same data. */
export async function openOwnStore(dataDir: string): Promise<OwnStore> {
  const dir = join(dataDir, 'clickhouse')
  const engine = await startEngine({ dir })
  const login = (username: string) => ({ username, password: engine.password })
  const lanes = { write: login('writer'), read: login('reader') }
  const store = await openStore({ url: engine.url, lanes, retentionDays: 30, dataDir: dir })
  const writing = connect({ url: engine.url, database: 'default', login: lanes.write })
  const reading = forgetful(engine, connect({ url: engine.url, database: 'default', login: lanes.read }))
  const insertInto = (into: string, block: Uint8Array) =>
    writing.insert(into, 'RowBinary', block, randomBytes(16).toString('hex'))
  return {
    enginePid: engine.pid() ?? childrenOf(process.pid)[0]!,
    async insert(rows) {
      if (rows.contentRows > 0) await insertInto(`span_content (${contentColumns})`, rows.content)
      await insertInto(`spans (${spanColumns})`, rows.spans)
    },
    insertInto,
    run: (sql) => longStatement(engine, sql),
    store,
    reading,
    async close() {
      await Promise.all([writing.close(), reading.close()])
      await store.close()
      await engine.close()
    },
  }
}

/** A connection whose queries use no cache of results or conditions: each does the whole work again. */
function forgetful(engine: Engine, usual: Connection): Connection {
  const client = createClient({ url: engine.url, username: 'reader', password: engine.password })
  return {
    ...usual,
    async rows<Row>(sql: string, params: Readonly<Record<string, unknown>> = {}) {
      const clickhouse_settings = { use_query_condition_cache: 0, use_query_cache: 0 } as const
      const query_params = { ...params }
      const result = await client.query({ query: sql, query_params, format: 'JSONEachRow', clickhouse_settings })
      return await result.json<Row>()
    },
    async close() {
      await client.close()
      await usual.close()
    },
  }
}

async function longStatement(engine: Engine, query: string): Promise<void> {
  const settings = { username: 'writer', password: engine.password, request_timeout: 1_800_000 }
  const client = createClient({ url: engine.url, ...settings, log: { level: 127 } })
  try {
    await client.command({ query, clickhouse_settings: { max_execution_time: 0 } })
  } finally {
    await client.close()
  }
}
