import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type Engine, type EngineSettings, startEngine } from './engine.ts'

/** A directory that tests own; removed with `remove`. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'outrider-engine-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A real engine on a directory of its own, with the unmodified client on every lane. */
export async function engineFixture(settings: Partial<EngineSettings> = {}): Promise<{
  readonly engine: Engine
  readonly dir: string
  readonly writer: ClickHouseClient
  readonly reader: ClickHouseClient
  readonly alerts: ClickHouseClient
  close(): Promise<void>
}> {
  const directory = temporaryDirectory()
  const dir = join(directory.path, 'engine')
  const engine = await startEngine({ dir, ...settings })
  const [writer, reader, alerts] = ['writer', 'reader', 'alerts'].map((user) => clientOf(engine, user)) as [
    ClickHouseClient,
    ClickHouseClient,
    ClickHouseClient,
  ]
  return {
    engine,
    dir,
    writer,
    reader,
    alerts,
    async close() {
      await Promise.all([writer, reader, alerts].map((client) => client.close()))
      await engine.close()
      directory.remove()
    },
  }
}

export function clientOf(engine: Engine, username: string, password = engine.password): ClickHouseClient {
  return createClient({ url: engine.url, username, password, log: { level: ClickHouseLogLevel.OFF } })
}

/** Rows of a query, as objects. */
export async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return await (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
}
