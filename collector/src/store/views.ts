import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Connection } from './connect.ts'

const folder = new URL('views/', import.meta.url)

export interface ViewSettings {
  /** Where the tables are, or those over all shards. */
  readonly database: string
  /** Where the views come: see {@link viewsDatabase}. */
  readonly views: string
  readonly cluster: string | null
}

export interface View {
  readonly name: string
  /** A SELECT, with its comment in front. */
  readonly sql: string
}

/** What dashboards and visitors read: a database of views, and nothing else in it. */
export function views(): readonly View[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ name: file.slice(0, -4), sql: readFileSync(new URL(file, folder), 'utf8') }))
}

/** `outrider` beside the embedded engine's own database; with a server, named after the database of the tables. */
export function viewsDatabase(database: string): string {
  return database === 'default' ? 'outrider' : `${database}_views`
}

/**
 * Makes the views what this version says they are. They hold no data: there is nothing to migrate, and of two versions
 * the one that started last has its way. A view carries the hash of its text, so that a start changes only what differs.
 */
export async function defineViews(connection: Connection, settings: ViewSettings): Promise<void> {
  const target = settings.views
  const onCluster = settings.cluster === null ? '' : `ON CLUSTER '${settings.cluster}'`
  await connection.run(`CREATE DATABASE IF NOT EXISTS ${target} ${onCluster}`)
  const present = await connection.rows<{ name: string; comment: string }>(
    'SELECT name, comment FROM system.tables WHERE database = {target:String}',
    { target },
  )
  const hashes = new Map(present.map(({ name, comment }) => [name, comment]))
  for (const { name, sql } of views()) {
    const select = sql.replaceAll('{{database}}', settings.database)
    const hash = createHash('sha256').update(select).digest('hex').slice(0, 16)
    if (hashes.get(name) === hash) continue
    await connection.run(`CREATE OR REPLACE VIEW ${target}.${name} ${onCluster} AS ${select}\nCOMMENT '${hash}'`)
  }
}
