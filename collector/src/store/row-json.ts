/**
 * The same rows as `row.ts` makes, one JSON object a line: for servers behind proxies that take nothing else, and for
 * the single row that the binary format could not bring in.
 */
import type { Span } from '../span.ts'
import { createPacked, type KnownAs, pack } from './packed.ts'
import { type Place, placeOf } from './place.ts'
import {
  count,
  eventsText,
  finite,
  hasContent,
  integer,
  linksText,
  nanoseconds,
  outcomeOf,
  type RowSettings,
  resourceText,
  type SpanRows,
  saidText,
  wellFormed,
} from './row.ts'

const packed = createPacked()

export function encodeSpansAsJson(
  spans: readonly Span[],
  from: number,
  receivedMs: number,
  settings: RowSettings,
): SpanRows {
  const end = Math.min(spans.length, from + settings.maxRows)
  const received = timeText(BigInt(receivedMs) * 1_000_000n)
  const rows: string[] = []
  const content: string[] = []
  let length = 0
  let next = from
  while (next < end && (next === from || length < settings.maxBytes)) {
    const span = spans[next++]!
    const place = placeOf(span.startNs, receivedMs)
    const texts = hasContent(span) ? contentLine(span, place, received) : ''
    const row = spanLine(span, place, received, texts.length, settings.knownAs)
    if (texts !== '') content.push(texts)
    rows.push(row)
    length += row.length + texts.length
  }
  return {
    spans: Buffer.from(rows.join('')),
    content: Buffer.from(content.join('')),
    contentRows: content.length,
    count: next - from,
  }
}

/** Days since 1970 as `YYYY-MM-DD`. */
export const dateText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)

/** Nanoseconds since 1970 as `YYYY-MM-DD hh:mm:ss.nnnnnnnnn`, UTC. */
export function timeText(ns: bigint): string {
  const seconds = ns / 1_000_000_000n
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return `${text}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
}

function contentLine(span: Span, { day }: Place, received: string): string {
  const row = {
    tenant: span.tenantId ?? '',
    day: dateText(day),
    trace_id: span.traceId,
    span_id: span.spanId,
    received_at: received,
    input: span.input ?? '',
    output: span.output ?? '',
    tool_args: span.toolArgs ?? '',
    retrieval_query: span.retrievalQuery ?? '',
    retrieval_documents: span.retrievalDocuments ?? '',
  }
  return line(row)
}

function spanLine(span: Span, place: Place, received: string, contentBytes: number, knownAs: KnownAs): string {
  pack(packed, span.attributes, span, knownAs)
  const row = {
    tenant: span.tenantId ?? '',
    day: dateText(place.day),
    bucket: place.bucket,
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId ?? '',
    start_time: timeText(place.startNs),
    duration_ns: String(nanoseconds(span.durationNs)),
    received_at: received,
    kind: span.kind,
    name: span.name,
    service: span.service ?? '',
    workflow: span.workflow ?? '',
    agent: span.agent ?? '',
    agent_version: span.agentVersion ?? '',
    parent_agent: span.parentAgent ?? '',
    ttft_ms: finite(span.ttftMs),
    streaming: span.streaming,
    status: span.status,
    error_type: span.errorType ?? '',
    status_message: span.statusMessage ?? '',
    stop_reason: span.stopReason ?? '',
    finish_reason: span.finishReason ?? '',
    finish_reason_raw: span.finishReasonRaw ?? '',
    provider: span.provider ?? '',
    request_model: span.requestModel ?? '',
    response_model: span.responseModel ?? '',
    response_id: span.responseId ?? '',
    operation: span.operation ?? '',
    input_tokens: count(span.inputTokens),
    output_tokens: count(span.outputTokens),
    cache_read_tokens: count(span.cacheReadTokens),
    cache_write_tokens: count(span.cacheWriteTokens),
    reasoning_tokens: count(span.reasoningTokens),
    cost_nano: integer(span.costNano),
    cost_source: span.costSource ?? '',
    price_version: span.priceVersion ?? '',
    counted: span.counted,
    tool_name: span.toolName ?? '',
    tool_call_id: span.toolCallId ?? '',
    retrieval_top_k: count(span.retrievalTopK),
    session_id: span.sessionId ?? '',
    user_id: span.userId ?? '',
    prompt_name: span.promptName ?? '',
    prompt_version: span.promptVersion ?? '',
    config_version: span.configVersion ?? '',
    tags: span.tags,
    attempt: count(span.attempt),
    retry_of: span.retryOf ?? '',
    fallback_of: span.fallbackOf ?? '',
    cache_hit: span.cacheHit,
    score: finite(span.score),
    outcome: outcomeOf(span),
    content_mode: span.contentMode,
    content_bytes: contentBytes,
    attributes: Object.fromEntries(packed.keys.map((key, i) => [key, packed.values[i]])),
    attributes_json: packed.json,
    attributes_same: packed.same,
    resource: resourceText(span.resource),
    scope_name: span.scope.name,
    scope_version: span.scope.version,
    events: eventsText(span),
    links: linksText(span),
    dialect: span.dialect,
    cut: Object.fromEntries(
      Object.entries(span.cut).map(([what, amount]) => [what.toWellFormed(), count(amount) ?? 0]),
    ),
    warnings: span.warnings,
    said: saidText(span.said),
  }
  return line(row)
}

/** JSON is read as UTF-8, where a lone surrogate has no form but the escape that ClickHouse refuses. */
const line = (row: object): string => `${JSON.stringify(row, wellFormed)}\n`
