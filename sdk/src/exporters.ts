/** Where telemetry goes: the options and the standard variables, read once. */
import type * as LogExporters from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type * as Logs from '@opentelemetry/sdk-logs'
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { besideSdk } from './beside.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import type { Wire } from './post.ts'
import { sayOnce } from './say.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** How long a process that wants to leave waits for its last batch, milliseconds. */
const PARTING_MILLIS = 4000

export interface Target {
  readonly collector?: string | undefined
  readonly apiKey?: string | undefined
}

/** Throws a TypeError where `collector` is not an HTTP URL. */
export function openDelivery(target: Target, env: Environment): Delivery {
  const base = baseOf(target, env)
  const patient = new OTLPTraceExporter(settingsOf(base, 'TRACES', target, env))
  const parting = new OTLPTraceExporter({
    ...settingsOf(base, 'TRACES', target, env),
    timeoutMillis: Math.min(PARTING_MILLIS, positive(env, 'OTEL_EXPORTER_OTLP_TIMEOUT') ?? PARTING_MILLIS),
  })
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf'
  if (protocol !== 'http/protobuf') sayOnce('protocol', `speaks http/protobuf only, not ${protocol}`)
  const where = base ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT ?? ''
  return createDelivery({ patient, parting, where: originOf(where) }, batchSettings(env))
}

type LogProcessor = NonNullable<NodeSDKConfiguration['logRecordProcessors']>[number]

/**
 * GenAI instrumentations tell message content as log records: they go where the spans go. Undefined in a bundle that
 * stands alone, where no instrumentation works either.
 */
export function openLogs(target: Target, env: Environment): LogProcessor | undefined {
  const logs = besideSdk<typeof Logs>('@opentelemetry/sdk-logs')
  const exporters = besideSdk<typeof LogExporters>('@opentelemetry/exporter-logs-otlp-proto')
  if (logs === undefined || exporters === undefined) return undefined
  const exporter = new exporters.OTLPLogExporter(settingsOf(baseOf(target, env), 'LOGS', target, env))
  return new logs.BatchLogRecordProcessor({ exporter })
}

/** Undefined where the standard variables say it and the exporter reads them itself. */
function baseOf({ collector }: Target, env: Environment): string | undefined {
  if (collector !== undefined) {
    if (!/^https?:$/.test(new URL(collector).protocol)) throw new TypeError(`not an HTTP URL: ${originOf(collector)}`)
    return collector.replace(/\/+$/, '').replace(/\/v1\/traces$/, '')
  }
  const told = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  return told ? undefined : 'http://127.0.0.1:4318'
}

/** Where the gate is: beside the spans. Throws a TypeError where that is not an HTTP URL. */
export function gateWire(target: Target, env: Environment): Wire {
  const told = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || ''
  const base = baseOf(target, env) ?? baseOf({ collector: told }, env) ?? told
  const { headers = {} } = settingsOf(base, 'TRACES', target, env)
  return { base, headers: { ...toldHeaders(env), ...headers } }
}

/** `key=value,key=value`, URL-encoded, as the standard has it. */
function toldHeaders({ OTEL_EXPORTER_OTLP_HEADERS: told = '' }: Environment): Record<string, string> {
  const pairs = told.split(',').flatMap((pair) => {
    const [, name, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), unescaped(value)] as const]
  })
  return Object.fromEntries(pairs)
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function settingsOf(base: string | undefined, signal: 'TRACES' | 'LOGS', { apiKey }: Target, env: Environment) {
  const told = `${env.OTEL_EXPORTER_OTLP_HEADERS ?? ''},${env[`OTEL_EXPORTER_OTLP_${signal}_HEADERS`] ?? ''}`
  const key = apiKey ?? env.OUTRIDER_API_KEY
  const ours = key !== undefined && key !== '' && !/(^|,)\s*authorization\s*=/i.test(told)
  return {
    ...(base === undefined ? {} : { url: `${base}/v1/${signal.toLowerCase()}` }),
    ...(ours ? { headers: { authorization: `Bearer ${key}` } } : {}),
  }
}

/** The standard's names and, where they are absent, the stock processor's defaults. */
function batchSettings(env: Environment) {
  const settings = {
    maxQueueSize: positive(env, 'OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: positive(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    scheduledDelayMillis: positive(env, 'OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: positive(env, 'OTEL_BSP_EXPORT_TIMEOUT'),
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

function positive(env: Environment, name: string): number | undefined {
  const value = Number(env[name] || Number.NaN)
  return value > 0 ? value : undefined
}

/** A URL as it may be printed: an address can carry a password. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the collector'
}
