/** Part of the composition root: rules, watch and receivers wired together. */
import { join } from 'node:path'
import type { Maintenance, Rule } from '@outrider/alerts'
import type { FastifyBaseLogger, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Alert, alertJson } from './alert.ts'
import type { AlertsConfig } from './alert-config.ts'
import { loadRules, packFile } from './alert-rules.ts'
import { OutriderError } from './errors.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Metrics } from './metrics.ts'
import { unknownName } from './nearest.ts'
import { createNotifier } from './notify/notifier.ts'
import { openOutbox } from './notify/outbox.ts'
import { createRoutes } from './notify/routes.ts'
import type { Sink } from './pipeline/sink.ts'
import type { AlertStore, SampleStore } from './store/sample-store.ts'
import { createLoops } from './watch/loops.ts'
import { openMemory } from './watch/memory.ts'
import { alertRoutes } from './watch/routes.ts'
import { createWatch, watchDefaults } from './watch/watch.ts'

export interface AlertingParts {
  readonly store: SampleStore & AlertStore
  readonly dataDir: string
  readonly publicUrl: string
  readonly log: FastifyBaseLogger
  readonly lifecycle: Lifecycle
  readonly metrics: Metrics
  tenantOf(request: FastifyRequest): string | null
}

export interface Alerting {
  /** Sees spans once each, as they are stored. */
  readonly loops: Sink
  readonly routes: FastifyPluginAsync
  /** Alerts that name this run as an example and that this tenant (`null`: anybody) may see, as JSON values, newest first. */
  alertsOf(tenant: string | null, traceId: string): Promise<readonly object[]>
  /** Begins to look, every minute. */
  start(): void
}

const MINUTE = 60_000
/** Into a minute: exporters have sent by then what ended in the one before. */
const TICK_AT = 5000
const FLUSH_MS = 5000
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
  const notifier = createNotifier({
    outbox: openOutbox(join(dataDir, 'notify.sqlite')),
    routes: createRoutes(config.notify, { publicUrl, log }),
    mutes: () => ({ silences: memory.silences(), maintenance }),
    log,
  })
  lifecycle.onStop('notify', () => notifier.close())
  const tell = (alerts: readonly Alert[]) => {
    notifier.accept(alerts)
    void notifier.flush(Date.now())
  }
  const watch = createWatch({ store, memory, tell, log }, { ...watchDefaults, rules })
  const storeLoops = (alerts: readonly Alert[]) => {
    void watch.keep(alerts, Date.now()).catch((err: unknown) => log.warn({ err }, 'alerts: a loop is stored later'))
  }
  const loops = createLoops({ tell: storeLoops, now: Date.now }, config.loops)
  const alerts = metrics.gauge
  alerts('alert_series', 'Series that are judged.', () => watch.counts().series)
  alerts('alert_series_refused', 'Samples of series beyond the limit, not judged.', () => watch.counts().refused)
  alerts('alerts_firing', 'Alerts that fire.', () => watch.open().filter(({ state }) => state === 'firing').length)
  alerts('notices_waiting', 'Notices on their way.', () => sum(notifier.deliveries().map(({ waiting }) => waiting)))
  alerts('notices_dead', 'Notices that were given up.', () => sum(notifier.deliveries().map(({ dead }) => dead)))

  const failed = (err: unknown) => log.warn({ err }, 'alerts: a minute could not be judged; it is judged later')
  return {
    loops,
    routes: alertRoutes({
      ...{
        store,
        memory,
        maintenance,
        open: watch.open,
        evaluatedMs: watch.evaluatedMs,
        deliveries: notifier.deliveries,
        tenantOf: parts.tenantOf,
      },
      test: (route) => notifier.test(route, testAlert(Date.now())),
    }),
    async alertsOf(tenant, traceId) {
      const found = await store.alerts({ fromMs: Date.now() - MONTH_MS, limit: 50, traceId })
      const alerts = found.map(({ body }) => JSON.parse(body) as Alert)
      return alerts.filter(({ labels }) => tenant === null || labels.tenant === tenant).map(alertJson)
    },
    start() {
      if (!config.evaluate) return
      let tick: NodeJS.Timeout
      const wait = () => {
        const now = Date.now()
        tick = setTimeout(
          () => {
            void watch.tick(Date.now()).catch(failed).finally(wait)
          },
          MINUTE - ((now - TICK_AT) % MINUTE),
        ).unref()
      }
      let stopped = false
      void watch
        .tick(Date.now())
        .catch(failed)
        .finally(() => (stopped ? undefined : wait()))
      const flush = setInterval(() => {
        loops.expire(Date.now())
        void notifier.flush(Date.now())
      }, FLUSH_MS).unref()
      lifecycle.onStop('watch', async () => {
        stopped = true
        clearTimeout(tick)
        clearInterval(flush)
        await watch.close()
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
  return {
    ...{ event: 'fired', identity: `["test","${timeMs}"]`, rule: 'test', metric: 'error_rate', severity: 'info' },
    ...{ labels: { agent: 'test' }, ruleLabels: {}, runbook: null, timeMs, sinceMs: timeMs },
    ...{ value: 0, center: 0, deviation: 0, z: 0, score: 0, channel: 'test', calls: 0, cause: null },
    ...{
      peak: { value: 0, score: 0, timeMs },
      text: 'A test of this route: nothing is wrong.',
      examples: [],
      changes: [],
    },
  }
}
