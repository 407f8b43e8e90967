/** A run as OTLP/JSON, as an exporter would send it: any collector takes it, ours rebuilds the same run from it. Pure. */
import type { Attributes, Json, RunDetail, Span } from '../api.ts'
import { nanoseconds } from '../instant.ts'

const STATUS_CODES = { unset: 0, ok: 1, error: 2 } as const

export function otlpOf({ spans }: Pick<RunDetail, 'spans'>): object {
  const byResource = Map.groupBy(spans, ({ resource }) => JSON.stringify(resource))
  return {
    resourceSpans: [...byResource.values()].map((ofResource) => ({
      resource: { attributes: keyValues(ofResource[0]!.resource) },
      scopeSpans: [...Map.groupBy(ofResource, ({ scope }) => JSON.stringify([scope.name, scope.version])).values()].map(
        (ofScope) => ({ scope: ofScope[0]!.scope, spans: ofScope.map(otlpSpan) }),
      ),
    })),
  }
}

function otlpSpan(span: Span): object {
  const start = nanoseconds(span.startTime) ?? 0n
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.round(span.durationMs * 1e6))),
    attributes: keyValues({ ...span.attributes, ...textsOf(span) }),
    status: {
      code: STATUS_CODES[span.status],
      ...(span.statusMessage === null ? {} : { message: span.statusMessage }),
    },
    events: span.events.map(({ time, name, attributes }) => ({
      timeUnixNano: String(nanoseconds(time) ?? start),
      name,
      attributes: keyValues(attributes),
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: keyValues(attributes),
    })),
  }
}

/** Texts are kept apart from attributes: they go back to where OpenTelemetry's conventions have them. */
function textsOf({ kind, input, output, toolArgs, retrieval, attributes }: Span): Attributes {
  const isGenAi = Object.keys(attributes).some((key) => key.startsWith('gen_ai.'))
  const names =
    isGenAi && kind === 'llm'
      ? ['gen_ai.input.messages', 'gen_ai.output.messages']
      : isGenAi && kind === 'tool'
        ? ['outrider.input', 'gen_ai.tool.call.result']
        : ['outrider.input', 'outrider.output']
  const documents = retrieval?.documents ?? null
  const texts: Readonly<Record<string, string | null>> = {
    [names[0]!]: input,
    [names[1]!]: output,
    'gen_ai.tool.call.arguments': toolArgs,
    'gen_ai.retrieval.query.text': retrieval?.query ?? null,
    'gen_ai.retrieval.documents':
      documents === null || typeof documents === 'string' ? documents : JSON.stringify(documents),
  }
  return Object.fromEntries(Object.entries(texts).flatMap(([key, text]) => (text === null ? [] : [[key, text]])))
}

const keyValues = (attributes: Attributes) => {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Json): object {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  }
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { kvlistValue: { values: keyValues(value as Attributes) } }
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
