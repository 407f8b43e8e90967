/**
 * The composition root: configuration in, a running collector out. The only file that knows how the rooms are wired;
 * every room meets every other here and nowhere else.
 *
 * A span: receive → canonical → lineage → price → redact → store (joined into blocks) → corrections of earlier spans →
 * metrics, live.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { createAlerting } from './alerting.ts'
import type { Config } from './config.ts'
import { startEngine } from './engine/engine.ts'
import { createLineage, inherit } from './enrich/lineage.ts'
import { createPricer } from './enrich/price.ts'
import { createLogRedactor, createRedactor } from './enrich/redact.ts'
import { OutriderError } from './errors.ts'
import { createHttp, isLoopback } from './http.ts'
import { createKeyring } from './keys.ts'
import { createLifecycle, type Lifecycle } from './lifecycle.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { batched } from './pipeline/batched.ts'
import { compose } from './pipeline/compose.ts'
import { createCorrected } from './pipeline/corrected.ts'
import { createLive } from './pipeline/live.ts'
import { createMetered } from './pipeline/metered.ts'
import { observed } from './pipeline/observed.ts'
import { once } from './pipeline/once.ts'
import type { Sink } from './pipeline/sink.ts'
import { createSpool } from './pipeline/spool.ts'
import { qualityRoutes } from './quality/routes.ts'
import { figuresRoutes } from './read/figures-routes.ts'
import { pageRoutes } from './read/pages.ts'
import { readRoutes } from './read/routes.ts'
import { canonical, knownAs, losesOf } from './receive/dialects/canonical.ts'
import { contentKeys } from './receive/dialects/content-key.ts'
import { attachLogs, boundLog } from './receive/dialects/logs.ts'
import { startGrpc } from './receive/grpc.ts'
import { createInFlight } from './receive/in-flight.ts'
import { defaultLimits } from './receive/limits.ts'
import { type ReceiveParts, receiveRoutes } from './receive/routes.ts'
import { repriceRoutes } from './reprice/routes.ts'
import type { SpanLog } from './span.ts'
import { type OpenedStore, openStore } from './store/open.ts'
import type { Change, StoreUsage } from './store/store.ts'
import { mapInTurns } from './turn.ts'

const PAGES = fileURLToPath(new URL('../../dashboards/web/dist', import.meta.url))

export interface App {
  /** Where HTTP listens, e.g. `http://127.0.0.1:4318`. */
  readonly url: string
  /** `null` when gRPC is off. */
  readonly grpcPort: number | null
  /** Refuses new work, stores what was accepted, stops everything. Idempotent. */
  close(): Promise<void>
}

/** Starts everything or nothing: on failure what already ran is stopped, and the `OutriderError` says why. */
export async function startApp(config: Config, log: FastifyBaseLogger): Promise<App> {
  const lifecycle = createLifecycle(log)
  try {
    return await start(config, log, lifecycle)
  } catch (cause) {
    await lifecycle.stop()
    throw cause
  }
}

async function start(config: Config, log: FastifyBaseLogger, lifecycle: Lifecycle): Promise<App> {
  const keyring = createKeyring(config.keys, Date.now)
  refuseOpenAddress(config, keyring.open)
  const metrics = createMetrics()
  lifecycle.onStop('metrics', () => metrics.close())

  const store = await startStore(config, log, lifecycle, metrics)
  const writer = writeEdge(config, store, log, lifecycle, metrics)
  const live = createLive()
  const lineage = createLineage()
  const pricer = createPricer(config.prices)
  const redact = createRedactor(config.content, contentKeys)
  const redactLog = createLogRedactor(config.content, contentKeys)
  const metered = createMetered(metrics)
  const corrected = createCorrected<Change>({
    corrections: () => lineage.corrections(),
    async amend(changes) {
      const missing = await store.amend(changes)
      metered.recount(changes)
      return missing
    },
  })
  metrics.gauge('corrections_waiting', 'Corrections of spans that are not stored yet.', corrected.waiting)
  const tenantOf = (request: FastifyRequest) => request.caller?.tenant ?? null
  const { dataDir } = config.store
  const publicUrl = `http://${config.server.host}:${config.server.port}`
  const alerting = createAlerting(config.alerts, { store, dataDir, publicUrl, log, lifecycle, metrics, tenantOf })
  const pipeline = compose(
    [(spans) => lineage.apply(spans), (spans) => mapInTurns(spans, (span) => redact(pricer.price(span)))],
    [writer, corrected, once(metered), once(alerting.loops), live],
  )

  const received = metrics.counter('spans_received', 'Spans that arrived and could be read.')
  const refused = metrics.counter('spans_refused', 'Spans refused one by one, named in OTLP partial success.')
  const limits = { ...defaultLimits, ...config.limits }
  const inFlight = createInFlight(limits.inFlightBytes)
  metrics.gauge('in_flight_bytes', 'Decoded bytes of requests that are being worked on.', () => inFlight.bytes)
  const receive: ReceiveParts = {
    limits,
    inFlight,
    log,
    authorize: (headers) => keyring.authorize(headers, 'ingest'),
    accept: async (raws, { tenant }) => {
      const settings = { contentMode: config.content, contentBytes: config.limits.contentBytes, tenant }
      return pipeline.accept(await mapInTurns(raws, (raw) => canonical(raw, settings)))
    },
    acceptLogs: (logs) => store.writeLogs(logs.map((entry) => redactLog(boundLog(entry, config.limits.contentBytes)))),
    observe: ({ signal, accepted, rejected }) => {
      if (signal !== 'traces') return
      received.add(accepted)
      if (rejected > 0) refused.add(rejected)
    },
  }

  const usage: { last: StoreUsage | undefined } = { last: undefined }
  describeStore(store, metrics, () => usage.last)
  let stopping = false
  const app = createHttp({
    keyring,
    log,
    allowedHosts: config.server.allowedHosts,
    bodyBytes: config.limits.bodyBytes,
    metrics: () => scrape(store, metrics, usage),
    ready: () => {
      if (stopping) throw new OutriderError('OUT_STOPPING', 'The collector is stopping.', { retryAfter: 5 })
      // with a server behind it, spans are taken whether it answers or not: the spool keeps them
      return config.store.clickhouseUrl === undefined ? store.ping() : Promise.resolve()
    },
  })
  await app.register(receiveRoutes(receive))
  await app.register(alerting.routes)
  const { alertsOf } = alerting
  await app.register(readRoutes({ store, tenantOf, live, inherit, attachLogs, correct: store.amend, alertsOf }))
  await app.register(figuresRoutes({ store, tenantOf, losesOf }))
  await app.register(qualityRoutes({ store, tenantOf, redact: (text) => redactText(redactLog, text) }))
  await app.register(repriceRoutes({ store, price: (call) => pricer.price(call), priceVersion: pricer.version }))
  await app.register(pageRoutes({ dir: PAGES }))

  const url = await listen(() => app.listen({ host: config.server.host, port: config.server.port }), 'OUTRIDER_PORT')
  lifecycle.onStop('http', () => closeHttp(app))
  alerting.start()
  const { grpcPort: wanted, host } = config.server
  const grpc =
    wanted === 'off' ? null : await listen(() => startGrpc(receive, { host, port: wanted }), 'OUTRIDER_GRPC_PORT')
  if (grpc !== null) lifecycle.onStop('grpc', () => grpc.close())
  return {
    url,
    grpcPort: grpc?.port ?? null,
    close: () => {
      stopping = true
      return lifecycle.stop()
    },
  }
}

/** What the content mode leaves of a text that belongs to no span. */
function redactText(redactLog: (log: SpanLog) => SpanLog, text: string): string | null {
  const log = { traceId: '', spanId: '', timeNs: 0n, name: '', body: text, attributes: {}, tenantId: null }
  return redactLog(log).body
}

/** What the store holds, asked when scraped; while it is away the last answer stands. */
async function scrape(store: OpenedStore, metrics: Metrics, usage: { last: StoreUsage | undefined }): Promise<string> {
  usage.last = await store.usage().catch(() => usage.last)
  return metrics.text()
}

function describeStore(store: OpenedStore, metrics: Metrics, usage: () => StoreUsage | undefined): void {
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

/** Answers what is in flight. A kept-alive connection that falls idle while we wait would otherwise hold the process. */
async function closeHttp(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 50)
  await app.close()
  clearInterval(idle)
}

/** The embedded engine unless a server is named; the same store on both. */
async function startStore(
  config: Config,
  log: FastifyBaseLogger,
  lifecycle: Lifecycle,
  metrics: Metrics,
): Promise<OpenedStore> {
  const { dataDir, clickhouseUrl, cluster, minFreeBytes, memoryBytes } = config.store
  const contentDays = config.retention.contentDays ?? config.retention.days
  const common = { retentionDays: config.retention.days, contentDays, minFreeBytes, knownAs, log }
  let store: OpenedStore
  if (clickhouseUrl === undefined) {
    const dir = join(dataDir, 'clickhouse')
    const engine = await startEngine({ dir, log, ...(memoryBytes === undefined ? {} : { memoryBytes }) })
    lifecycle.onStop('engine', () => engine.close())
    metrics.gauge('engine_restarts', 'How often the embedded engine was restarted.', engine.restarts)
    const lane = (username: string) => ({ username, password: engine.password })
    store = await openStore({
      ...common,
      url: engine.url,
      lanes: { write: lane('writer'), read: lane('reader') },
      dataDir,
    })
  } else {
    const { url, database, username, password } = serverOf(clickhouseUrl)
    const lane = { username, password }
    const lanes = { write: lane, read: lane }
    // not for long: the spool keeps what the server does not take
    const patienceMs = 2000
    store = await openStore({
      ...common,
      url,
      patienceMs,
      lanes,
      ...(database === '' ? {} : { database }),
      ...(cluster ? { cluster } : {}),
    })
  }
  lifecycle.onStop('store', () => store.close())
  return store
}

/** From many small requests to few large blocks, timed, and kept in the spool while a server is away. */
function writeEdge(
  config: Config,
  store: OpenedStore,
  log: FastifyBaseLogger,
  lifecycle: Lifecycle,
  metrics: Metrics,
): Sink {
  const stored = metrics.counter('spans_stored', 'Spans stored; a span sent twice counts twice here.')
  const failed = metrics.counter(
    'spans_failed',
    'Spans of blocks that the store did not take; clients send them again.',
  )
  const seconds = metrics.seconds('insert_seconds', 'Time to store one block.')
  let edge: Sink = observed({ accept: (spans) => store.write(spans) }, (seen) => {
    const result = seen.failed ? failed : stored
    result.add(seen.spans)
    seconds.record(seen.seconds)
  })
  if (config.store.clickhouseUrl !== undefined) {
    const file = join(config.store.dataDir, 'spool.sqlite')
    const spool = createSpool(edge, { file, maxBytes: config.store.spoolBytes, log })
    lifecycle.onStop('spool', () => spool.close())
    metrics.gauge('spool_spans', 'Spans kept on disk while the ClickHouse server is away.', () => spool.waiting().spans)
    edge = spool
  }
  const batches = batched(edge)
  lifecycle.onStop('writer', () => batches.close())
  metrics.gauge('queue_spans', 'Spans that wait for the store or are being stored.', () => batches.queue().rows)
  metrics.gauge('queue_bytes', 'Their bytes, estimated.', () => batches.queue().bytes)
  return batches
}

function refuseOpenAddress({ server }: Config, open: boolean): void {
  if (!open || isLoopback(server.host)) return
  const message = `server.host ${server.host} is reachable from outside and there are no API keys.`
  throw new OutriderError('OUT_CONFIG_INVALID', `${message} Set OUTRIDER_API_KEY or keys:, or bind 127.0.0.1.`)
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
    database,
    username: username === '' ? 'default' : decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
}

async function listen<T>(start: () => Promise<T>, variable: string): Promise<T> {
  try {
    return await start()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause
    const why = code === 'EADDRINUSE' ? 'is taken by another process' : 'may not be used by this user'
    throw new OutriderError('OUT_PORT_TAKEN', `The port of ${variable} ${why}.`, { field: variable, cause })
  }
}
