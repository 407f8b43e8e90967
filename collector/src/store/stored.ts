/** Rows as JSON gives them, back to what they were. */
import {
  type Attributes,
  type ContentMode,
  type CostSource,
  FINISH_REASONS,
  type FinishReason,
  type Kind,
  NOTHING_SAID,
  type Said,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanLog,
  STOP_REASONS,
  type Status,
  type StopReason,
} from '../span.ts'
import { type PackedRow, parseJson, restore, unpack } from './packed.ts'
import type { StoredScore } from './store.ts'

/** A row of `run-spans.sql`. 64-bit integers are texts. */
export interface SpanRow extends PackedRow {
  readonly tenant: string
  readonly trace_id: string
  readonly span_id: string
  readonly parent_span_id: string
  readonly start_ns: string
  readonly duration_ns: string
  readonly kind: Kind
  readonly name: string
  readonly service: string
  readonly workflow: string
  readonly agent: string
  readonly agent_version: string
  readonly parent_agent: string
  readonly ttft_ms: number | null
  readonly streaming: boolean | null
  readonly status: Status
  readonly error_type: string
  readonly status_message: string
  readonly stop_reason: string
  readonly finish_reason: string
  readonly finish_reason_raw: string
  readonly provider: string
  readonly request_model: string
  readonly response_model: string
  readonly response_id: string
  readonly operation: string
  readonly input_tokens: string | null
  readonly output_tokens: string | null
  readonly cache_read_tokens: string | null
  readonly cache_write_tokens: string | null
  readonly reasoning_tokens: string | null
  readonly cost_nano: string | null
  readonly cost_source: string
  readonly price_version: string
  readonly counted: boolean
  readonly tool_name: string
  readonly tool_call_id: string
  readonly retrieval_top_k: string | null
  readonly session_id: string
  readonly user_id: string
  readonly prompt_name: string
  readonly prompt_version: string
  readonly config_version: string
  readonly tags: readonly string[]
  readonly attempt: string | null
  readonly retry_of: string
  readonly fallback_of: string
  readonly cache_hit: boolean | null
  readonly score: number | null
  readonly content_mode: ContentMode
  readonly content_bytes: number
  readonly attributes_same: readonly string[]
  readonly resource: string
  readonly scope_name: string
  readonly scope_version: string
  readonly events: string
  readonly links: string
  readonly dialect: string
  readonly cut: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
  readonly said: string
}

/** A row of `run-content.sql`. */
export interface ContentRow {
  readonly tenant: string
  readonly span_id: string
  readonly input: string
  readonly output: string
  readonly tool_args: string
  readonly retrieval_query: string
  readonly retrieval_documents: string
}

/** A row of `run-logs.sql`. */
export interface LogRow extends PackedRow {
  readonly tenant: string
  readonly trace_id: string
  readonly span_id: string
  readonly time_ns: string
  readonly name: string
  readonly body: string
}

/**
 * @param texts undefined when the span has none, or they are gone.
 * @param without the warning of a span whose texts are gone.
 */
export function spanOf(row: SpanRow, texts: ContentRow | undefined, without: string): Span {
  const attributes = unpack(row)
  const content = row.content_bytes > 0 ? texts : undefined
  const gone = row.content_bytes > 0 && content === undefined
  const span: Span = {
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: text(row.parent_span_id),
    name: row.name,
    kind: row.kind,
    service: text(row.service),
    workflow: text(row.workflow),
    agent: text(row.agent),
    agentVersion: text(row.agent_version),
    parentAgent: text(row.parent_agent),
    startNs: BigInt(row.start_ns),
    durationNs: BigInt(row.duration_ns),
    ttftMs: row.ttft_ms,
    streaming: row.streaming,
    status: row.status,
    errorType: text(row.error_type),
    statusMessage: text(row.status_message),
    stopReason: stopReason(row.stop_reason),
    finishReason: finishReason(row.finish_reason),
    finishReasonRaw: text(row.finish_reason_raw),
    provider: text(row.provider),
    requestModel: text(row.request_model),
    responseModel: text(row.response_model),
    responseId: text(row.response_id),
    operation: text(row.operation),
    inputTokens: number(row.input_tokens),
    outputTokens: number(row.output_tokens),
    cacheReadTokens: number(row.cache_read_tokens),
    cacheWriteTokens: number(row.cache_write_tokens),
    reasoningTokens: number(row.reasoning_tokens),
    costNano: number(row.cost_nano),
    costSource: text(row.cost_source) as CostSource | null,
    priceVersion: text(row.price_version),
    counted: row.counted,
    said: row.said === '' ? NOTHING_SAID : parseJson<Said>(row.said),
    toolName: text(row.tool_name),
    toolCallId: text(row.tool_call_id),
    toolArgs: text(content?.tool_args),
    retrievalQuery: text(content?.retrieval_query),
    retrievalTopK: number(row.retrieval_top_k),
    retrievalDocuments: text(content?.retrieval_documents),
    sessionId: text(row.session_id),
    userId: text(row.user_id),
    tenantId: text(row.tenant),
    promptName: text(row.prompt_name),
    promptVersion: text(row.prompt_version),
    configVersion: text(row.config_version),
    tags: row.tags,
    attempt: number(row.attempt),
    retryOf: text(row.retry_of),
    fallbackOf: text(row.fallback_of),
    cacheHit: row.cache_hit,
    score: row.score,
    input: text(content?.input),
    output: text(content?.output),
    contentMode: row.content_mode,
    attributes,
    resource: resourceOf(row.resource),
    scope: { name: row.scope_name, version: row.scope_version },
    events: row.events === '' ? [] : parseJson<StoredEvent[]>(row.events).map(eventOf),
    links: row.links === '' ? [] : parseJson<SpanLink[]>(row.links).map((link) => ({ ...link })),
    dialect: row.dialect,
    cut: cutOf(row.cut),
    warnings: gone ? [...row.warnings, without] : row.warnings,
  }
  restore(attributes, row.attributes_same, span.said === NOTHING_SAID ? span : { ...span, ...span.said })
  return span
}

/** Spans of one process share it, as they did when they came: one after the other says the same. */
let latest: { readonly text: string; readonly resource: Attributes } = { text: '', resource: Object.create(null) }

function resourceOf(text: string): Attributes {
  if (text !== latest.text) latest = { text, resource: text === '' ? Object.create(null) : parseJson(text) }
  return latest.resource
}

export function logOf(row: LogRow): SpanLog {
  return {
    traceId: row.trace_id,
    spanId: row.span_id,
    timeNs: BigInt(row.time_ns),
    name: row.name,
    body: text(row.body),
    attributes: unpack(row),
    tenantId: text(row.tenant),
  }
}

/** A row of `run-scores.sql`. */
export interface ScoreRow {
  readonly tenant: string
  readonly trace_id: string
  readonly span_id: string
  readonly name: string
  readonly source: string
  readonly time_ms: string
  readonly value: number
  readonly label: string
  readonly explanation: string
}

export const scoreOf = (row: ScoreRow): StoredScore => ({
  tenantId: text(row.tenant),
  traceId: row.trace_id,
  spanId: text(row.span_id),
  name: row.name,
  value: row.value,
  label: text(row.label),
  explanation: text(row.explanation),
  source: text(row.source),
  timeMs: Number(row.time_ms),
})

interface StoredEvent {
  readonly timeNs: string
  readonly name: string
  readonly attributes: SpanEvent['attributes']
}

const eventOf = ({ timeNs, name, attributes }: StoredEvent): SpanEvent => ({ timeNs: BigInt(timeNs), name, attributes })

function cutOf(cut: Readonly<Record<string, string>>): Record<string, number> {
  const numbers: Record<string, number> = Object.create(null)
  for (const what of Object.keys(cut)) numbers[what] = Number(cut[what])
  return numbers
}

export const text = (value: string | undefined): string | null => (value === undefined || value === '' ? null : value)
export const number = (value: string | null): number | null => (value === null ? null : Number(value))

const stopReasons: ReadonlySet<string> = new Set(STOP_REASONS)
const finishReasons: ReadonlySet<string> = new Set(FINISH_REASONS)
export const stopReason = (value: string): StopReason | null => (stopReasons.has(value) ? (value as StopReason) : null)
export const finishReason = (value: string): FinishReason | null =>
  finishReasons.has(value) ? (value as FinishReason) : null
