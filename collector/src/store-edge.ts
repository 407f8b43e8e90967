/**
 * The store's edge of the composition root: the engine or server behind the store, the way in which spans are written to
 * it, and what `/metrics` says of both.
 */
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import { startEngine } from './engine/engine.ts'
import type { ClickhouseParts } from './engine/routes.ts'
import { createServerVoice } from './engine/server-voice.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Metrics } from './metrics.ts'
import { batched } from './pipeline/batched.ts'
import { createCorrected } from './pipeline/corrected.ts'
import { observed } from './pipeline/observed.ts'
import type { Sink } from './pipeline/sink.ts'
import { createSpool } from './pipeline/spool.ts'
import { knownAs } from './receive/dialects/canonical.ts'
import type { Span } from './span.ts'
import { type OpenedStore, openStore } from './store/open.ts'
import type { AmendStore, Change, StoreUsage } from './store/store.ts'
import { viewsDatabase } from './store/views.ts'

/** The embedded engine unless a server is named; the same store on both. */
export async function startStore(
  config: Config,
  log: FastifyBaseLogger,
  lifecycle: Lifecycle,
  metrics: Metrics,
): Promise<{ readonly store: OpenedStore; readonly queries: ClickhouseParts['backend'] }> {
  const { dataDir, clickhouseUrl, cluster, minFreeBytes, memoryBytes } = config.store
  const contentDays = config.retention.contentDays ?? config.retention.days
  const common = { retentionDays: config.retention.days, contentDays, minFreeBytes, knownAs, log }
  let store: OpenedStore
  let queries: ClickhouseParts['backend']
  if (clickhouseUrl === undefined) {
    const dir = join(dataDir, 'clickhouse')
    const started = await startEngine({ dir, log, ...(memoryBytes === undefined ? {} : { memoryBytes }) })
    queries = started
    lifecycle.onStop('engine', () => started.close())
    metrics.gauge('engine_restarts', 'How often the embedded engine was restarted.', started.restarts)
    const lane = (username: string) => ({ username, password: started.password })
    store = await openStore({
      ...common,
      url: started.url,
      lanes: { write: lane('writer'), read: lane('reader') },
      dataDir,
    })
  } else {
    const { url, database, username, password } = serverOf(clickhouseUrl)
    queries = createServerVoice({ url, username, password, database, views: viewsDatabase(database) })
    const lane = { username, password }
    const lanes = { write: lane, read: lane }
    // not for long: the spool keeps what the server does not take
    const patienceMs = 2000
    store = await openStore({
      ...common,
      url,
      patienceMs,
      lanes,
      database,
      ...(cluster ? { cluster } : {}),
    })
  }
  lifecycle.onStop('store', () => store.close())
  return { store, queries }
}

interface EdgeParts {
  readonly config: Config
  readonly store: OpenedStore
  readonly log: FastifyBaseLogger
  readonly lifecycle: Lifecycle
  readonly metrics: Metrics
}

/** From many small requests to few large blocks, timed, and kept in the spool while a server is away. */
export function writeEdge(
  { config, store, log, lifecycle, metrics }: EdgeParts,
  corrections: () => readonly Change[],
  recall: (spans: readonly Span[]) => void,
): Sink & { flush(): Promise<void> } {
  const stored = metrics.counter('spans_stored', 'Spans stored; a span sent twice counts twice here.')
  const failed = metrics.counter(
    'spans_failed',
    'Spans of blocks that the store did not take; clients send them again.',
  )
  const seconds = metrics.seconds('insert_seconds', 'Time to store one block.')
  const direct = observed({ accept: (spans) => store.write(spans) }, (seen) => {
    const result = seen.failed ? failed : stored
    result.add(seen.spans)
    seconds.record(seen.seconds)
  })
  let edge: Sink & AmendStore = { ...direct, amend: store.amend }
  if (config.store.clickhouseUrl !== undefined) {
    const file = join(config.store.dataDir, 'spool.sqlite')
    const onDrained = (spans: readonly Span[]) => {
      recall(spans)
      corrected.flush().catch((cause: unknown) => log.warn({ err: cause }, 'corrections wait for the next block'))
    }
    const spool = createSpool(edge, { file, maxBytes: config.store.spoolBytes, onDrained, log })
    lifecycle.onStop('spool', () => spool.close())
    metrics.gauge('spool_spans', 'Spans kept on disk while the ClickHouse server is away.', () => spool.waiting().spans)
    metrics.gauge(
      'spool_corrections',
      'Corrections kept on disk while the ClickHouse server is away.',
      () => spool.waiting().corrections,
    )
    edge = spool
  }
  const corrected = createCorrected(corrections, edge)
  metrics.gauge('corrections_waiting', 'Corrections of spans that are not stored yet.', corrected.waiting)
  const batches = batched(corrected)
  lifecycle.onStop('writer', () => batches.close())
  metrics.gauge('queue_spans', 'Spans that wait for the store or are being stored.', () => batches.queue().rows)
  metrics.gauge('queue_bytes', 'Their bytes, estimated.', () => batches.queue().bytes)
  return { accept: batches.accept, flush: corrected.flush }
}

/** What the store holds, asked when scraped; while it is away the last answer stands. */
export async function scrape(
  store: OpenedStore,
  metrics: Metrics,
  usage: { last: StoreUsage | undefined },
): Promise<string> {
  usage.last = await store.usage().catch(() => usage.last)
  return metrics.text()
}

export function describeStore(store: OpenedStore, metrics: Metrics, usage: () => StoreUsage | undefined): void {
  const tables = (read: 'rows' | 'bytes') => () => {
    return (usage()?.tables ?? []).map((table) => [{ table: table.table }, table[read]] as const)
  }
  metrics.gauges('store_rows', 'Rows by table.', tables('rows'))
  metrics.gauges('store_bytes', 'Bytes on disk by table.', tables('bytes'))
  metrics.gauge('store_free_bytes', 'Free disk where the store is.', () => usage()?.freeBytes ?? undefined)
  metrics.gauge(
    'store_partitions_dropped',
    'Days of a table that the disk guard dropped.',
    () => store.counts().daysDropped,
  )
  metrics.gauge('store_blocks_resent', 'Blocks sent again because no answer came.', () => store.counts().resent)
  metrics.gauge('store_spans_stripped', 'Spans stored without attributes and texts.', () => store.counts().stripped)
}

function serverOf(text: string) {
  const url = new URL(text)
  const { username, password, pathname } = url
  url.username = ''
  url.password = ''
  url.pathname = ''
  const database = decodeURIComponent(pathname.slice(1))
  return {
    url: url.toString(),
    database: database === '' ? 'outrider' : database,
    username: username === '' ? 'default' : decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}
