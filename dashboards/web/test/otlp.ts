/** OTLP/JSON as a stock exporter sends it. */
import { randomBytes } from 'node:crypto'

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly durationMs: number
  readonly attributes?: Readonly<Record<string, Value>>
  /** An error with this message. */
  readonly error?: string
  readonly events?: readonly { readonly name: string; readonly attributes: Readonly<Record<string, Value>> }[]
  readonly links?: readonly {
    readonly traceId: string
    readonly spanId: string
    readonly attributes: Readonly<Record<string, Value>>
  }[]
}

export const newTraceId = () => randomBytes(16).toString('hex')
export const newSpanId = () => randomBytes(8).toString('hex')

export function traceRequest(
  spans: readonly OtlpSpan[],
  service: string,
  resource: Readonly<Record<string, Value>> = {},
) {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': service, ...resource }) },
        scopeSpans: [{ scope: { name: 'pages-test', version: '1.0.0' }, spans: spans.map(spanJson) }],
      },
    ],
  }
}

function spanJson(span: OtlpSpan) {
  const { traceId, spanId, name, startMs, durationMs } = span
  return {
    traceId,
    spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name,
    kind: 1,
    startTimeUnixNano: nano(startMs),
    endTimeUnixNano: nano(startMs + durationMs),
    attributes: attributes(span.attributes ?? {}),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
    events: (span.events ?? []).map((event) => ({
      timeUnixNano: nano(startMs),
      name: event.name,
      attributes: attributes(event.attributes),
    })),
    links: (span.links ?? []).map((link) => ({ ...link, attributes: attributes(link.attributes) })),
  }
}

function nano(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n)
}

function attributes(values: Readonly<Record<string, Value>>) {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Value): unknown {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: attributes(value as Readonly<Record<string, Value>>) } }
}
