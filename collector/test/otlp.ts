import { randomBytes } from 'node:crypto'

export interface TestSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  /** The instrumentation. @default test */
  readonly scope?: string
  readonly startMs?: number
  readonly durationMs?: number
  readonly error?: string
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

export const newTraceId = (): string => randomBytes(16).toString('hex')
export const newSpanId = (): string => randomBytes(8).toString('hex')

/** An OTLP/JSON request as the stock JavaScript exporter writes it. */
function otlpRequest(spans: readonly TestSpan[], service = 'test') {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': service }) },
        scopeSpans: spans.map((span) => ({
          scope: { name: span.scope ?? 'test', version: '1' },
          spans: [otlpSpan(span)],
        })),
      },
    ],
  }
}

function otlpSpan(span: TestSpan) {
  const start = BigInt(span.startMs ?? Date.now()) * 1_000_000n
  const end = start + BigInt(Math.round((span.durationMs ?? 10) * 1e6))
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name ?? 'work',
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes: attributesOf(span.attributes ?? {}),
    status: span.error === undefined ? { code: 0 } : { code: 2, message: span.error },
  }
}

const attributesOf = (attributes: Readonly<Record<string, string | number | boolean>>) => {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** A model call as the GenAI conventions tell it. */
export const modelCall = (given: Readonly<Record<string, string | number | boolean>> = {}) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 20,
  ...given,
})

export async function postSpans(url: string, spans: readonly TestSpan[]): Promise<Response> {
  return fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(otlpRequest(spans)),
  })
}
