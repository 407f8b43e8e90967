/** Part of the composition root: rules, watch and receivers wired together. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Maintenance, Rule } from '@outrider/alerts'
import type { FastifyBaseLogger, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Alert, alertJson, alone, storedAlert } from './alert.ts'
import type { AlertsConfig } from './alert-config.ts'
import { loadRules, packFile } from './alert-rules.ts'
import { OutriderError } from './errors.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Metrics } from './metrics.ts'
import { unknownName } from './nearest.ts'
import { deliveryRoutes } from './notify/delivery-routes.ts'
import { createNotifier } from './notify/notifier.ts'
import { openOutbox } from './notify/outbox.ts'
import { createRoutes } from './notify/routes.ts'
import { runbookRoutes } from './notify/runbook-routes.ts'
import type { Sink } from './pipeline/sink.ts'
import type { Span } from './span.ts'
import type { AlertStore, LeaseStore, SampleStore, SilenceStore } from './store/sample-store.ts'
import { createLead, type OpenNow, openNow, storedOpen } from './watch/lead.ts'
import { createLease, ownLease } from './watch/lease.ts'
import { createLoops, endedLoop, isLoop } from './watch/loops.ts'
import { openMemory } from './watch/memory.ts'
import { alertRoutes } from './watch/routes.ts'
import { ruleRoutes } from './watch/rule-routes.ts'
import { createSilences } from './watch/silences.ts'
import { every, everyMinute } from './watch/timer.ts'
import { createWatch, watchDefaults } from './watch/watch.ts'

export interface AlertingParts {
  readonly store: SampleStore & AlertStore & SilenceStore & LeaseStore
  /** Other collectors may work on the same store. */
  readonly shared: boolean
  readonly dataDir: string
  readonly publicUrl: string
  readonly log: FastifyBaseLogger
  readonly lifecycle: Lifecycle
  readonly metrics: Metrics
  tenantOf(request: FastifyRequest): string | null
  /** Stops the run of a span; rejects where the ledger does. */
  holdRun(span: Span, reason: string): Promise<void>
}

export interface Alerting {
  /** Sees spans once each, as they are stored. */
  readonly loops: Sink
  readonly routes: readonly FastifyPluginAsync[]
  /** Alerts that name this run as an example and that this tenant (`null`: anybody) may see, as JSON values, newest first. */
  alertsOf(tenant: string | null, traceId: string): Promise<readonly object[]>
  /** Begins to look, every minute. */
  start(): void
}

const RUNBOOKS = fileURLToPath(new URL('../../deploy/runbooks', import.meta.url))
const FLUSH_MS = 5000
/** A loop that nobody has ended for so long is taken to be over. */
const LOOP_MS = 3_600_000
const MONTH_MS = 31 * 86_400_000
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** @throws OutriderError `OUT_CONFIG_INVALID` with every problem of the rules */
export function createAlerting(config: AlertsConfig, parts: AlertingParts): Alerting {
  const { store, dataDir, log, lifecycle, metrics } = parts
  const rules = rulesOf(config)
  const publicUrl = (config.publicUrl ?? parts.publicUrl).replace(/\/$/, '')
  const memory = openMemory(join(dataDir, 'watch.sqlite'))
  lifecycle.onStop('alert memory', () => memory.close())
  const maintenance = config.maintenance.map(maintenanceOf)
  const silences = createSilences(store, Date.now)
  const notifier = createNotifier({
    outbox: openOutbox(join(dataDir, 'notify.sqlite')),
    routes: createRoutes(config.notify, { publicUrl, log }),
    mutes: () => ({ silences: silences.current(), maintenance }),
    log,
  })
  lifecycle.onStop('notify', () => notifier.close())
  const lease = parts.shared ? createLease({ store, holder: memory.holder(), now: Date.now }) : ownLease
  const lead = createLead({ lease, store, notifier, shared: parts.shared })
  const tell = (alerts: readonly Alert[]) => {
    // what others find is told by who leads, from the store
    if (!lead.leads()) return
    notifier.accept(alerts)
    void notifier.flush(Date.now())
  }
  const watch = createWatch({ store, memory, tell, log }, { ...watchDefaults, rules })
  const storeLoops = (alerts: readonly Alert[]) => {
    void watch.keep(alerts, Date.now()).catch((err: unknown) => log.warn({ err }, 'alerts: a loop is stored later'))
  }
  const hold = (span: Span, reason: string) => {
    void parts.holdRun(span, reason).catch((err: unknown) => log.warn({ err }, 'alerts: a looping run was not stopped'))
  }
  const loopParts = { tell: storeLoops, now: Date.now, ...(config.loops.action === 'hold' ? { hold } : {}) }
  const loops = createLoops(loopParts, config.loops)
  const open = async (): Promise<readonly OpenNow[]> => {
    const stored = await storedOpen(store, Date.now())
    return lead.leads() ? [...openNow(watch.open(), stored), ...stored.filter(isLoop)] : stored
  }
  /** Loops whose collector went away before they ended. */
  const endLoops = async () => {
    const nowMs = Date.now()
    const left = (await storedOpen(store, nowMs)).filter((one) => isLoop(one) && nowMs - one.timeMs > LOOP_MS)
    await watch.keep(
      left.map((one) => endedLoop(one, nowMs)),
      nowMs,
    )
  }
  const alerts = metrics.gauge
  alerts('alert_series', 'Series that are judged.', () => watch.counts().series)
  alerts('alert_series_refused', 'Samples of series beyond the limit, not judged.', () => watch.counts().refused)
  alerts('alerts_firing', 'Alerts that fire.', () => watch.open().filter(({ state }) => state === 'firing').length)
  alerts('alerts_evaluating', 'Whether this collector evaluates.', () => (lead.leads() ? 1 : 0))
  alerts('notices_waiting', 'Notices on their way.', () => sum(notifier.deliveries().map(({ waiting }) => waiting)))
  alerts('notices_dead', 'Notices that were given up.', () => sum(notifier.deliveries().map(({ dead }) => dead)))

  const { tenantOf } = parts
  const types = new Map(config.notify.map(({ name, type }) => [name ?? type, type]))
  const deliveries = () => notifier.deliveries().map((state) => ({ ...state, type: types.get(state.route) ?? null }))
  const { evaluatedMs } = watch
  return {
    loops,
    routes: [
      alertRoutes({ store, silences, maintenance, open, evaluatedMs, deliveries, tenantOf, now: Date.now }),
      ruleRoutes({ store, rules, open, seriesOf: watch.seriesOf, tenantOf, now: Date.now }),
      runbookRoutes({ dir: RUNBOOKS }),
      deliveryRoutes({
        ...{ notifier, tenantOf, now: Date.now },
        test: (route) => notifier.test(route, testAlert(Date.now())),
      }),
    ],
    async alertsOf(tenant, traceId) {
      const found = await store.alerts({ fromMs: Date.now() - MONTH_MS, limit: 50, traceId })
      const alerts = found.map(({ body }) => storedAlert(body))
      return alerts.filter(({ labels }) => tenant === null || labels.tenant === tenant).map(alertJson)
    },
    start() {
      const failed = (err: unknown) => log.warn({ err }, 'alerts: a minute could not be judged; it is judged later')
      const refresh = () =>
        silences.refresh().catch((err: unknown) => log.warn({ err }, 'alerts: silences are as they were last read'))
      const tick = async () => {
        if (!config.evaluate || !(await lead.take())) return
        await watch.tick(Date.now())
        await endLoops()
      }
      const flush = async () => {
        loops.expire(Date.now())
        await refresh()
        if (config.evaluate && (await lead.take())) await notifier.flush(Date.now())
      }
      const ticking = everyMinute(() => tick().catch(failed))
      const flushing = every(FLUSH_MS, () => flush().catch(failed))
      lifecycle.onStop('watch', async () => {
        await Promise.all([ticking.stop(), flushing.stop(), watch.close()])
        await lease.leave()
      })
    },
  }
}

function rulesOf({ packs, files, without }: AlertsConfig): readonly Rule[] {
  const invalid = (message: string) => new OutriderError('OUT_CONFIG_INVALID', message, { field: 'alerts' })
  let loaded: ReturnType<typeof loadRules>
  try {
    loaded = loadRules([...packs.map(packFile), ...files])
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException
    throw invalid(`alerts.files: ${path} cannot be read (${code}).`)
  }
  if (!loaded.ok)
    throw invalid(
      loaded.problems.map(({ file, line, path, message }) => `${file}:${line}: ${path} ${message}`).join('\n'),
    )
  const names = loaded.rules.map(({ name }) => name)
  for (const name of without)
    if (!names.includes(name)) throw invalid(`alerts.without: ${unknownName('rule', name, names)}.`)
  return loaded.rules.filter(({ name }) => !without.includes(name))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function maintenanceOf({ name, match, days, from, to }: AlertsConfig['maintenance'][number]): Maintenance {
  const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  return { name, match, days: days.map((day) => DAYS.indexOf(day)), fromMinute: minuteOf(from), toMinute: minuteOf(to) }
}

function testAlert(timeMs: number): Alert {
  const identity = `["test","${timeMs}"]`
  return {
    ...{ ...alone(identity), event: 'fired', identity, rule: 'test', metric: 'error_rate', severity: 'info' },
    ...{ labels: { agent: 'test' }, ruleLabels: {}, runbook: null, timeMs, sinceMs: timeMs },
    ...{ value: 0, center: 0, deviation: 0, z: 0, score: 0, channel: 'test', calls: 0, cause: null },
    ...{
      peak: { value: 0, score: 0, timeMs },
      text: 'A test of this route: nothing is wrong.',
      examples: [],
      changes: [],
      share: null,
    },
  }
}
