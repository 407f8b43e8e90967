/**
 * A cluster's shards as one store. The tables that migrations make are on every shard; beside their database stands
 * another with a `Distributed` table over each, under the same names: whoever reads and writes there sees all shards, and no
 * statement knows of them. Rejected: other names for the tables of a shard (every statement twice), and
 * `distributed_product_mode = local` (wrong for what is not told by trace). Tried on an engine that is its own cluster of one
 * shard (`npm test` a part, `npm run test:soak` all); Keeper, `ON CLUSTER` and more shards where a test is given a cluster.
 */
import { OutriderError } from '../errors.ts'
import type { Connection } from './connect.ts'

export interface DistributedSettings {
  /** Where the tables of a shard are. */
  readonly database: string
  readonly cluster: string
}

/** The database in which every shard is seen. */
export const wholeDatabase = (database: string): string => `${database}_all`

/**
 * By which column rows find their shard. Rows that replace each other, are merged or belong to one trace lie on one shard:
 * so `FINAL`, the views that fill other tables, and all that is asked about a trace stay within it.
 */
export const shardedBy: Readonly<Record<string, string>> = {
  spans: 'trace_id',
  span_content: 'trace_id',
  span_logs: 'trace_id',
  span_changes: 'trace_id',
  trace_lookup: 'trace_id',
  runs: 'trace_id',
  run_sums: 'trace_id',
  scores: 'trace_id',
  outcomes: 'trace_id',
  guard_findings: 'trace_id',
  guard_verdicts: 'finding',
  alerts: 'identity',
  silences: 'id',
  leases: 'name',
}

/** What every statement over all shards runs with. */
export const clusterSettings = {
  // an insert is answered when its shards have it
  distributed_foreground_insert: 1,
  // a subquery is asked once of all shards and its answer sent along: right wherever its rows lie
  distributed_product_mode: 'global',
  // and one trace is asked of one shard
  optimize_skip_unused_shards: 1,
  // reads go where writes went, while that replica lives: what was answered 200 is seen at once
  load_balancing: 'in_order',
  parallel_distributed_insert_select: 0,
} as const

interface Column {
  readonly database: string
  readonly table: string
  readonly columns: string
}

/**
 * Makes the `Distributed` tables what the tables under them are. They hold nothing: one that differs is made anew.
 *
 * @param connection to the database of the tables.
 */
export async function defineDistributed(connection: Connection, settings: DistributedSettings): Promise<void> {
  const { database, cluster } = settings
  const whole = wholeDatabase(database)
  await connection.run(`CREATE DATABASE IF NOT EXISTS ${whole} ON CLUSTER '${cluster}'`)
  const described = await connection.rows<Column>(
    `SELECT database, table, toString(cityHash64(groupArray((name, type)))) AS columns
    FROM (SELECT database, table, name, type FROM system.columns WHERE database IN ({database:String}, {whole:String}) ORDER BY position)
    GROUP BY database, table`,
    { database, whole },
  )
  const hashOf = (of: string, table: string) =>
    described.find((one) => one.database === of && one.table === table)?.columns
  for (const table of Object.keys(shardedBy)) {
    const under = hashOf(database, table)
    if (under !== undefined && under !== hashOf(whole, table)) await connection.run(distributedTable(table, settings))
  }
}

/** @throws OutriderError for a table that has no place on a cluster. */
export function distributedTable(table: string, { database, cluster }: DistributedSettings): string {
  const key = shardedBy[table]
  if (key === undefined) throw new OutriderError('OUT_STORE_REFUSED', `Nobody says how ${table} is sharded.`)
  const engine = `Distributed('${cluster}', '${database}', '${table}', cityHash64(${key}))`
  return `CREATE OR REPLACE TABLE ${wholeDatabase(database)}.${table} ON CLUSTER '${cluster}' AS ${database}.${table} ENGINE = ${engine}`
}
