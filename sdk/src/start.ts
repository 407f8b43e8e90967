/** The only file that sets up the OpenTelemetry SDK. */
import { logs as logsApi, metrics, type ProxyTracerProvider, trace } from '@opentelemetry/api'
import type * as Prometheus from '@opentelemetry/exporter-prometheus'
import { envDetector, serviceInstanceIdDetector } from '@opentelemetry/resources'
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import type { Governor } from './admission.ts'
import { observeAi } from './ai/observer.ts'
import { besideSdk } from './beside.ts'
import { createCallMetrics } from './call-metrics.ts'
import type { Delivery } from './delivery.ts'
import { gateWire, openDelivery, openLogs, type Target } from './exporters.ts'
import { createGateClient } from './gate-client.ts'
import { createGuardClient } from './guard-client.ts'
import type { Handle } from './handle.ts'
import { createLeases } from './lease.ts'
import type { Wire } from './post.ts'
import { sayOnce } from './say.ts'
import { idGenerator } from './span-ids.ts'
import { stamp } from './stamp.ts'
import { SCOPE_NAME, state } from './state.ts'
import { createSwitches } from './switches.ts'
import { CONTENT_MODES, type ContentMode } from './text.ts'
import { verbs } from './verbs.ts'
import { createWrap } from './wrap/wrap.ts'

export interface StartOptions extends Target {
  /** Name of this application; the variable OTEL_SERVICE_NAME wins. */
  readonly service?: string | undefined
  /** @default OTEL_EXPORTER_OTLP_ENDPOINT, else http://127.0.0.1:4318 */
  readonly collector?: string | undefined
  /** Needed where the collector has keys. @default OUTRIDER_API_KEY */
  readonly apiKey?: string | undefined
  /** What leaves the process of prompts, answers and tool arguments. @default redacted */
  readonly content?: ContentMode | undefined
  /**
   * What happens to guarded calls while the collector cannot be reached: `deny` keeps every budget, `allow` keeps going.
   * No default: a guarded call rejects with a SettingError where it needs the choice, and where it stands under a
   * `budgetUsd` before that. Telemetry never stops a call.
   */
  readonly onUnavailable?: 'allow' | 'deny' | undefined
  /** The longest that a check may hold up a call, milliseconds. @default 2000 */
  readonly gateTimeoutMs?: number | undefined
  /**
   * How long a guarded call waits for a person who is asked, milliseconds; then it is denied, and the DeniedError carries
   * the `approval` to wait for. 0: not at all. @default 60_000
   */
  readonly approvalWaitMs?: number | undefined
  /**
   * USD that may be granted in advance, so that most guarded model calls need no round trip. It is the most that this
   * process can spend out of the collector's sight, and what it keeps from others meanwhile. @default 0: every call asks
   */
  readonly leaseUsd?: number | undefined
  /** Serves `/metrics` in this process, on localhost. `true` is port 9464. @default false */
  readonly prometheus?: boolean | { readonly port?: number; readonly host?: string } | undefined
  /** OpenTelemetry instrumentations to register, e.g. `getNodeAutoInstrumentations()`. */
  readonly instrumentations?: NodeSDKConfiguration['instrumentations'] | undefined
}

const FLUSH_MILLIS = 10_000
const SHUTDOWN_MILLIS = 5000
const ANSWER_MILLIS = 2000
const APPROVAL_MILLIS = 60_000

/**
 * Starts telemetry once; a second call returns the same handle. Never throws: what cannot be set up is said in one line
 * on stderr and the application runs on without it.
 */
export function start(options: StartOptions = {}): Handle {
  if (state.handle !== undefined) return state.handle
  try {
    state.content = contentMode(options.content)
    state.governor = governorOf(options, gateWire(options, process.env))
    state.handle = foreignProvider() === undefined ? ownTelemetry(options) : foreignTelemetry()
    observeAi()
  } catch (error) {
    sayOnce('start', `telemetry is off: ${error instanceof Error ? error.message : 'it cannot be set up'}`)
    state.handle = handleOf({ flush: async () => {}, stop: async () => {}, dropped: () => 0 })
    // there is no collector to ask, which is not the same as that everything is allowed
    state.governor ??= { ...governorOf(options, { base: '', headers: {} }), closed: true }
  }
  return state.handle
}

function ownTelemetry(options: StartOptions): Handle {
  const env = process.env
  const delivery = sends(env) ? openDelivery(options, env) : undefined
  const logs = delivery && !env.OTEL_LOGS_EXPORTER ? openLogs(options, env) : undefined
  const sdk = new NodeSDK({
    ...(env.OTEL_SERVICE_NAME || !options.service ? {} : { serviceName: options.service }),
    // not the default set: it would send the command line, where secrets are passed
    ...(env.OTEL_NODE_RESOURCE_DETECTORS ? {} : { resourceDetectors: [envDetector, serviceInstanceIdDetector] }),
    ...(logs === undefined ? {} : { logRecordProcessors: [logs] }),
    ...metricReaders(options, env),
    idGenerator,
    spanProcessors: [
      stamp,
      ...(meters(options, env) ? [createCallMetrics()] : []),
      ...(env.OTEL_TRACES_EXPORTER?.includes('console')
        ? [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })]
        : []),
      ...(delivery ? [delivery.processor] : []),
    ],
    instrumentations: options.instrumentations ?? [],
  })
  sdk.start()
  state.tracer = trace.getTracer(SCOPE_NAME)

  const flush = async () => void (await Promise.allSettled([delivery?.processor.forceFlush(), logs?.forceFlush()]))
  const leave = async () => {
    delivery?.leave()
    state.governor?.leases?.close()
    state.governor?.client.leave()
    await atMost(SHUTDOWN_MILLIS, Promise.allSettled([flush(), state.governor?.client.settled()]))
    sayLoss(delivery)
  }
  process.once('beforeExit', leave)

  return handleOf({
    flush,
    dropped: () => delivery?.dropped() ?? 0,
    async stop() {
      process.off('beforeExit', leave)
      delivery?.leave()
      await atMost(SHUTDOWN_MILLIS, sdk.shutdown())
      sayLoss(delivery)
      trace.disable()
      metrics.disable()
      logsApi.disable()
    },
  })
}

/** The application registered a provider of its own: the verbs speak to it, and it decides where spans go. */
function foreignTelemetry(): Handle {
  sayOnce(
    'foreign',
    'this process has an OpenTelemetry provider already, which is used as it is. To see runs here, point its OTLP exporter at the collector.',
  )
  const flush = async () => void (await foreignProvider()?.forceFlush?.())
  return handleOf({ flush, stop: () => atMost(SHUTDOWN_MILLIS, flush()), dropped: () => 0 })
}

/** A word that is no mode was meant to keep something back: nothing leaves then. */
function contentMode(told: unknown = 'redacted'): ContentMode {
  const mode = CONTENT_MODES.find((each) => each === told)
  if (mode === undefined) sayOnce('content', `content must be one of ${CONTENT_MODES.join(', ')}; none is used`)
  return mode ?? 'none'
}

/** Asks nobody and connects to nothing before the first guarded call. */
function governorOf(options: StartOptions, wire: Wire): Governor {
  const { gateTimeoutMs, leaseUsd } = options
  const answerMillis = positive('gateTimeoutMs', gateTimeoutMs) ?? ANSWER_MILLIS
  const client = createGateClient(wire, { answerMillis })
  const guards = createGuardClient(wire, { answerMillis })
  const switches = createSwitches(wire)
  const lease = positive('leaseUsd', leaseUsd)
  const leases = lease && createLeases({ client, switches }, { maxNano: Math.floor(lease * 1e9) })
  const onUnavailable = choiceOf(options.onUnavailable)
  const approvalWaitMs =
    options.approvalWaitMs === 0 ? 0 : (positive('approvalWaitMs', options.approvalWaitMs) ?? APPROVAL_MILLIS)
  const waits = { approvalWaitMs, wire, base: wire.base }
  return { client, guards, switches, leases: leases || undefined, onUnavailable, ...waits, closed: false }
}

function positive(field: string, told: unknown): number | undefined {
  if (told === undefined || told === 0) return undefined
  if (typeof told === 'number' && Number.isFinite(told) && told > 0) return told
  sayOnce(field, `${field} must be a positive number; it is left out`)
  return undefined
}

/** A word that is no choice was meant to be careful. */
function choiceOf(told: unknown): Governor['onUnavailable'] {
  if (told === undefined || told === 'allow' || told === 'deny') return told
  sayOnce('onUnavailable', "onUnavailable must be 'allow' or 'deny'; 'deny' is used")
  return 'deny'
}

/** Gives back what is held in advance; calls under way may still settle. */
async function endGovernor(): Promise<void> {
  const { governor } = state
  if (governor === undefined) return
  governor.leases?.close()
  governor.closed = true
  governor.switches.close()
  governor.client.leave()
  await governor.client.settled()
}

export const wrap = createWrap({ start })

interface Works {
  flush(): Promise<void>
  stop(): Promise<void>
  dropped(): number
}

function handleOf({ flush, stop, dropped }: Works): Handle {
  let stopped: Promise<void> | undefined
  const shutdown = () => {
    stopped ??= Promise.allSettled([atMost(SHUTDOWN_MILLIS, endGovernor()), stop()])
      .then(() => {})
      .finally(() => {
        state.handle = undefined
        state.tracer = undefined
      })
    return stopped
  }
  const flushAll = async () => void (await Promise.allSettled([state.governor?.client.settled(), flush()]))
  return {
    ...verbs,
    wrap,
    flush: () => atMost(FLUSH_MILLIS, flushAll()),
    shutdown,
    dropped,
    [Symbol.asyncDispose]: shutdown,
  }
}

/** Resolves when `work` has settled, at the latest after `millis`. */
async function atMost(millis: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, millis)
  work.catch(() => {}).then(() => resolve())
  await promise
  clearTimeout(timer)
}

function sayLoss(delivery: Delivery | undefined): void {
  const lost = delivery?.unconfirmed() ?? 0
  if (lost > 0) sayOnce('loss', `${lost} spans were not delivered`)
}

type Environment = typeof process.env

const sends = (env: Environment) => !env.OTEL_TRACES_EXPORTER || env.OTEL_TRACES_EXPORTER.includes('otlp')

const meters = ({ prometheus }: StartOptions, env: Environment) =>
  Boolean(prometheus) || !['', 'none'].includes(env.OTEL_METRICS_EXPORTER ?? '')

/** Ours where asked for, the standard variable's where it is set, else none. */
function metricReaders({ prometheus }: StartOptions, env: Environment): Partial<NodeSDKConfiguration> {
  if (!prometheus) return env.OTEL_METRICS_EXPORTER ? {} : { metricReaders: [] }
  const settings = typeof prometheus === 'object' ? prometheus : {}
  const onListening = (error?: unknown) => {
    if (error) sayOnce('prometheus', `/metrics is not served: port ${settings.port ?? 9464} cannot be used`)
  }
  const exporters = besideSdk<typeof Prometheus>('@opentelemetry/exporter-prometheus')
  if (exporters === undefined) {
    sayOnce('prometheus', '/metrics is not served from a bundle: leave @opentelemetry/sdk-node outside of it')
    return { metricReaders: [] }
  }
  return { metricReaders: [new exporters.PrometheusExporter({ ...settings, withoutScopeInfo: true }, onListening)] }
}

/** Undefined while nobody has registered a tracer provider. */
function foreignProvider(): { forceFlush?(): Promise<void> } | undefined {
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>
  if (provider.getDelegateTracer === undefined) return provider as { forceFlush?(): Promise<void> }
  return provider.getDelegateTracer('') === undefined ? undefined : (provider.getDelegate?.() as object)
}
