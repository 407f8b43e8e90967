/**
 * ClickHouse behind the {@link Store} interface. This room knows how spans become rows and rows become runs; it refuses
 * to know who sends or asks, and whether ClickHouse is the embedded engine or a server.
 */
import { statfs } from 'node:fs/promises'
import { OutriderError } from '../errors.ts'
import type { Span } from '../span.ts'
import type { AgentStore } from './agent-store.ts'
import { createAgents } from './agents.ts'
import { createAmend } from './amend.ts'
import { createArrivals } from './arrivals.ts'
import { createBilled } from './billed.ts'
import { type Connection, connect, type InsertFormat, type Login, statement } from './connect.ts'
import { createDiskGuard, type Dropped } from './disk-guard.ts'
import { clusterSettings, defineDistributed, wholeDatabase } from './distributed.ts'
import type { FindingStore } from './finding-store.ts'
import { createFindings } from './findings.ts'
import { createLeases } from './leases.ts'
import { migrate, retain } from './migrate.ts'
import { createReader } from './reader.ts'
import { createRecent } from './recent.ts'
import { createRunSums } from './run-sums.ts'
import type { AlertStore, LeaseStore, SampleStore, SilenceStore } from './sample-store.ts'
import { createSamples } from './samples.ts'
import { createSilences } from './silences.ts'
import { createSpend } from './spend.ts'
import type {
  AmendStore,
  ArrivalStore,
  BilledStore,
  QualityStore,
  RecentStore,
  SpendStore,
  Store,
  StoreUsage,
} from './store.ts'
import { defineViews, viewsDatabase } from './views.ts'
import type { WorkflowStore } from './workflow-store.ts'
import { createWorkflows } from './workflows.ts'
import { createWriter, type Log, type WriterCounts } from './writer.ts'

export interface StoreSettings {
  /** ClickHouse's HTTP interface. */
  readonly url: string
  /** Made if missing. @default 'outrider', or 'default' where `dataDir` says that the engine is ours */
  readonly database?: string
  /** Writes and reads use separate logins, so that no read holds up a write. The same one for a server. */
  readonly lanes: { readonly write: Login; readonly read: Login }
  /** Name of a cluster: tables on each of its shards, replicated there, and others over all of them. */
  readonly cluster?: string
  readonly retentionDays: number
  /** Message texts may go earlier. @default retentionDays */
  readonly contentDays?: number
  /** Below so much free disk the oldest days are dropped, texts first. @default 0: never */
  readonly minFreeBytes?: number
  /** Where the embedded engine keeps its data: free space is measured there. */
  readonly dataDir?: string
  /** @default silent */
  readonly log?: Log
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** Attribute name → span field: such an attribute is stored once when it says what the field says. @default none */
  readonly knownAs?: ReadonlyMap<string, keyof Span>
  /** JSONEachRow is for servers behind proxies that take no binary bodies; it costs twice the work. @default RowBinary */
  readonly format?: InsertFormat
  /** How long a block is sent again while ClickHouse does not answer. @default 15_000 */
  readonly patienceMs?: number
  /** How long nothing of a run has come when its sums are written down. @default 120_000 */
  readonly stillMs?: number
}

export interface OpenedStore
  extends Store,
    QualityStore,
    AmendStore,
    RecentStore,
    SpendStore,
    BilledStore,
    ArrivalStore,
    AgentStore,
    WorkflowStore,
    SampleStore,
    FindingStore,
    AlertStore,
    SilenceStore,
    LeaseStore {
  /** Writes down what runs that are still added up to; resolves with how many. Runs by itself once a minute. */
  settle(): Promise<number>
  /** Drops the oldest days while the disk is too full, and tells which. Runs by itself once a minute. */
  sweep(): Promise<readonly Dropped[]>
  counts(): WriterCounts & { readonly daysDropped: number }
}

const silent: Log = { info() {}, warn() {}, error() {} }
const SWEEP_MS = 60_000

/**
 * Connects, brings the schema up to date and resolves with the store.
 *
 * @throws OutriderError `OUT_STORE_UNAVAILABLE` (nothing answers), `OUT_STORE_REFUSED` (it answers with an error: the
 * login, the rights), `OUT_DATA_NEWER` (a newer Outrider wrote it; nothing is changed then).
 */
export async function openStore(settings: StoreSettings): Promise<OpenedStore> {
  const { url, lanes, dataDir, retentionDays, log = silent, now = Date.now } = settings
  const { knownAs = new Map(), format = 'RowBinary', patienceMs = 15_000, minFreeBytes = 0 } = settings
  const database = settings.database ?? (dataDir === undefined ? 'outrider' : 'default')
  if (!/^\w{1,64}$/.test(database)) {
    throw new OutriderError('OUT_CONFIG_INVALID', 'A database name holds letters, digits and _ only.', {
      field: 'database',
    })
  }
  const cluster = settings.cluster ?? null
  if (cluster !== null && !/^[A-Za-z0-9_-]{1,64}$/.test(cluster)) {
    throw new OutriderError('OUT_CONFIG_INVALID', 'A cluster name holds letters, digits, _ and - only.', {
      field: 'cluster',
    })
  }
  if (database !== 'default') await createDatabase(url, lanes.write, database, cluster)
  // where spans are written and read: on a cluster over all of its shards
  const whole = cluster === null ? database : wholeDatabase(database)
  const common = { url, database: whole, ...(cluster === null ? {} : { settings: clusterSettings }) }
  const making = connect({ url, database, login: lanes.write })
  const writing = connect({ ...common, login: lanes.write })
  const schema = { cluster, days: retentionDays, contentDays: settings.contentDays ?? retentionDays }
  let readSettings: Readonly<Record<string, number>>
  try {
    await migrate(making, schema)
    const changed = await retain(making, schema)
    if (cluster !== null) await defineDistributed(making, { database, cluster })
    await defineViews(making, { database: whole, views: viewsDatabase(database), cluster }).catch((cause: unknown) => {
      // of the embedded engine they can be made; a server may give its tables and no more
      if (dataDir !== undefined) throw cause
      log.warn({ err: cause }, 'store: the views for dashboards could not be made')
    })
    readSettings = await knownSettings(writing)
    if (changed.length > 0)
      log.info({ tables: changed, days: schema.days, contentDays: schema.contentDays }, 'store: retention changed')
  } catch (cause) {
    await Promise.all([making.close(), writing.close()])
    throw cause
  }
  const reading = connect({ ...common, login: lanes.read, readSettings })
  const connections = [making, writing, reading]

  const writer = createWriter(writing, { format, knownAs, patienceMs, now, log })
  const reader = createReader(reading, now)
  const freeBytes = dataDir === undefined ? () => serverFreeBytes(reading, cluster) : () => directoryFreeBytes(dataDir)
  const guard = createDiskGuard({ connection: making, freeBytes }, { minFreeBytes, cluster, now, log })
  const sweep = () =>
    guard.sweep().catch((cause: unknown) => log.warn({ err: cause }, 'store: the disk guard could not work'))
  const leases = createLeases(reading, writing)
  const still = settings.stillMs === undefined ? {} : { stillMs: settings.stillMs }
  const runSums = createRunSums(
    { reading, writing, leases: dataDir === undefined ? leases : null },
    { now, log, ...still },
  )
  runSums.start()
  const sweeping = minFreeBytes > 0 ? setInterval(sweep, SWEEP_MS).unref() : undefined

  return {
    write: writer.write,
    writeLogs: writer.writeLogs,
    writeScores: writer.writeScores,
    writeOutcomes: writer.writeOutcomes,
    ...createAmend(writing, now),
    ...createSpend(reading),
    ...createBilled(reading),
    ...createArrivals(reading),
    ...createAgents(reading),
    ...createWorkflows(reading),
    ...createRecent(reading, now),
    ...createSamples(reading, writing, now),
    ...createFindings(reading, writing, now),
    ...createSilences(reading, writing, now),
    ...leases,
    runs: reader.runs,
    run: reader.run,
    ping: reading.ping,
    async usage(): Promise<StoreUsage> {
      const parts = cluster === null ? 'system.parts' : `cluster('${cluster}', system.parts)`
      const rows = await reading.rows<UsageRow>(statement('usage').replace('{{parts}}', parts), { database })
      const tables = rows.map(({ table, rows, bytes }) => ({ table, rows: Number(rows), bytes: Number(bytes) }))
      return {
        tables,
        freeBytes: await freeBytes(),
        oldestDay: rows.find(({ table }) => table === 'spans')?.oldest ?? null,
      }
    },
    settle: runSums.settle,
    sweep: guard.sweep,
    counts: () => ({ ...writer.counts(), daysDropped: guard.dropped() }),
    async close() {
      clearInterval(sweeping)
      await runSums.stop()
      writer.stop()
      await Promise.all(connections.map((connection) => connection.close()))
    },
  }
}

interface UsageRow {
  readonly table: string
  readonly rows: string
  readonly bytes: string
  readonly oldest: string
}

async function createDatabase(url: string, login: Login, database: string, cluster: string | null): Promise<void> {
  const connection = connect({ url, database: 'default', login })
  try {
    await connection.run(
      `CREATE DATABASE IF NOT EXISTS ${database}${cluster === null ? '' : ` ON CLUSTER '${cluster}'`}`,
    )
  } finally {
    await connection.close()
  }
}

/**
 * With FINAL, ClickHouse reads on where an index has nothing, lest a later version of a row is there. Ours differ in what
 * no index is asked for: all versions of a span have one key, and `received_at`, which they do not share, is kept from indices.
 * Older servers do not know the setting, nor use the index. That a time is found by small indices is because where few spans
 * come a day a granule holds all tenants; asking for `day` would lose spans whose start is absurd.
 * When a span ended is no part of its key: by `by_end` a key is sought first, without FINAL, then the last word of it.
 */
async function knownSettings(connection: Connection): Promise<Readonly<Record<string, number>>> {
  const name = 'use_skip_indexes_if_final_exact_mode'
  const known = await connection.rows('SELECT name FROM system.settings WHERE name = {name:String}', { name })
  return known.length === 0 ? {} : { [name]: 0 }
}

async function directoryFreeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** Of the fullest disk that there is. */
async function serverFreeBytes(
  connection: { rows<Row>(sql: string): Promise<Row[]> },
  cluster: string | null,
): Promise<number | null> {
  const disks = cluster === null ? 'system.disks' : `clusterAllReplicas('${cluster}', system.disks)`
  const [disk] = await connection.rows<{ free: string | null }>(
    `SELECT toString(minOrNull(free_space)) AS free FROM ${disks} WHERE type = 'Local'`,
  )
  return disk?.free == null ? null : Number(disk.free)
}
