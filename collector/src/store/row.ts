/**
 * A span to its two rows: the skeleton in `spans`, the texts in `span_content`. The order of the writes below is the
 * order of the column lists.
 */
import { CONTENT_MODES, KINDS, type Said, type Span, STATUSES } from '../span.ts'
import {
  type Bytes,
  createBytes,
  writeBigInteger,
  writeByte,
  writeCount,
  writeEncoded,
  writeInteger,
  writeMaybeBoolean,
  writeMaybeDouble,
  writeMaybeInteger,
  writeMaybeText,
  writeText,
  writeTexts,
  writeUInt16,
  writeUInt32,
  written,
} from './bytes.ts'
import { createPacked, isCount, type KnownAs, pack } from './packed.ts'
import { type Place, placeOf } from './place.ts'

export const spanColumns = [
  'tenant,day,bucket,trace_id,span_id,parent_span_id,start_time,duration_ns,received_at,kind,name,service,workflow,agent',
  'agent_version,parent_agent,ttft_ms,streaming,status,error_type,status_message,stop_reason,finish_reason',
  'finish_reason_raw,provider,request_model,response_model,response_id,operation,input_tokens,output_tokens',
  'cache_read_tokens,cache_write_tokens,reasoning_tokens,cost_nano,cost_source,price_version,counted,tool_name',
  'tool_call_id,retrieval_top_k,session_id,user_id,prompt_name,prompt_version,config_version,tags,attempt,retry_of',
  'fallback_of,cache_hit,score,outcome,content_mode,content_bytes,attributes,attributes_json,attributes_same,resource',
  'scope_name,scope_version,events,links,dialect,cut,warnings,said',
].join(',')

export const contentColumns =
  'tenant,day,trace_id,span_id,received_at,input,output,tool_args,retrieval_query,retrieval_documents'

export interface SpanRows {
  readonly spans: Buffer
  readonly content: Buffer
  readonly contentRows: number
  /** How many of the given spans, from the first, are in it. */
  readonly count: number
}

export interface RowSettings {
  readonly knownAs: KnownAs
  /** A block is closed at so many bytes. */
  readonly maxBytes: number
  readonly maxRows: number
}

/** Kinds and statuses by the number that the columns' enums give them. */
const kindNumber = new Map<string, number>(KINDS.map((kind, i) => [kind, kind === 'other' ? 0 : i + 1]))
const statusNumber = new Map<string, number>(STATUSES.map((status, i) => [status, i]))
const modeNumber = new Map<string, number>(CONTENT_MODES.map((mode, i) => [mode, i]))

let spanBytesSeen = 1024

/** Rows of as many spans, from `from` on, as one block takes: one at least. */
export function encodeSpans(spans: readonly Span[], from: number, receivedMs: number, settings: RowSettings): SpanRows {
  const end = Math.min(spans.length, from + settings.maxRows)
  const rows = createBytes(Math.min(settings.maxBytes, (end - from) * spanBytesSeen) + 4096)
  const content = createBytes(4096)
  const received = BigInt(receivedMs)
  let contentRows = 0
  let next = from
  while (next < end && (next === from || rows.at + content.at < settings.maxBytes)) {
    const span = spans[next++]!
    const place = placeOf(span.startNs, receivedMs)
    const before = content.at
    if (hasContent(span)) {
      writeContent(content, span, place, received)
      contentRows += 1
    }
    writeSpan(rows, span, place, received, content.at - before, settings.knownAs)
  }
  spanBytesSeen = Math.ceil((rows.at / (next - from)) * 1.1)
  return { spans: written(rows), content: written(content), contentRows, count: next - from }
}

export function hasContent(span: Span): boolean {
  return !!span.input || !!span.output || !!span.toolArgs || !!span.retrievalQuery || !!span.retrievalDocuments
}

function writeContent(out: Bytes, span: Span, place: Place, received: bigint): void {
  writeMaybeText(out, span.tenantId)
  writeUInt16(out, place.day)
  writeText(out, span.traceId)
  writeText(out, span.spanId)
  writeBigInteger(out, received)
  writeMaybeText(out, span.input)
  writeMaybeText(out, span.output)
  writeMaybeText(out, span.toolArgs)
  writeMaybeText(out, span.retrievalQuery)
  writeMaybeText(out, span.retrievalDocuments)
}

const packed = createPacked()

function writeSpan(
  out: Bytes,
  span: Span,
  place: Place,
  received: bigint,
  contentBytes: number,
  knownAs: KnownAs,
): void {
  writeMaybeText(out, span.tenantId)
  writeUInt16(out, place.day)
  writeUInt32(out, place.bucket)
  writeText(out, span.traceId)
  writeText(out, span.spanId)
  writeMaybeText(out, span.parentSpanId)
  writeBigInteger(out, place.startNs)
  writeBigInteger(out, nanoseconds(span.durationNs))
  writeBigInteger(out, received)
  writeByte(out, kindNumber.get(span.kind)!)
  writeText(out, span.name)
  writeMaybeText(out, span.service)
  writeMaybeText(out, span.workflow)
  writeMaybeText(out, span.agent)
  writeMaybeText(out, span.agentVersion)
  writeMaybeText(out, span.parentAgent)
  writeMaybeDouble(out, finite(span.ttftMs))
  writeMaybeBoolean(out, span.streaming)
  writeByte(out, statusNumber.get(span.status)!)
  writeMaybeText(out, span.errorType)
  writeMaybeText(out, span.statusMessage)
  writeMaybeText(out, span.stopReason)
  writeMaybeText(out, span.finishReason)
  writeMaybeText(out, span.finishReasonRaw)
  writeMaybeText(out, span.provider)
  writeMaybeText(out, span.requestModel)
  writeMaybeText(out, span.responseModel)
  writeMaybeText(out, span.responseId)
  writeMaybeText(out, span.operation)
  writeMaybeInteger(out, count(span.inputTokens))
  writeMaybeInteger(out, count(span.outputTokens))
  writeMaybeInteger(out, count(span.cacheReadTokens))
  writeMaybeInteger(out, count(span.cacheWriteTokens))
  writeMaybeInteger(out, count(span.reasoningTokens))
  writeMaybeInteger(out, integer(span.costNano))
  writeMaybeText(out, span.costSource)
  writeMaybeText(out, span.priceVersion)
  writeByte(out, span.counted ? 1 : 0)
  writeMaybeText(out, span.toolName)
  writeMaybeText(out, span.toolCallId)
  writeMaybeInteger(out, count(span.retrievalTopK))
  writeMaybeText(out, span.sessionId)
  writeMaybeText(out, span.userId)
  writeMaybeText(out, span.promptName)
  writeMaybeText(out, span.promptVersion)
  writeMaybeText(out, span.configVersion)
  writeTexts(out, span.tags)
  writeMaybeInteger(out, count(span.attempt))
  writeMaybeText(out, span.retryOf)
  writeMaybeText(out, span.fallbackOf)
  writeMaybeBoolean(out, span.cacheHit)
  writeMaybeDouble(out, finite(span.score))
  writeText(out, outcomeOf(span))
  writeByte(out, modeNumber.get(span.contentMode)!)
  writeUInt32(out, contentBytes)
  pack(packed, span.attributes, span, knownAs)
  writeCount(out, packed.keys.length)
  for (let i = 0; i < packed.keys.length; i++) {
    writeText(out, packed.keys[i]!)
    writeText(out, packed.values[i]!)
  }
  writeTexts(out, packed.json)
  writeTexts(out, packed.same)
  writeEncoded(out, resourceBytes(span.resource))
  writeText(out, span.scope.name)
  writeText(out, span.scope.version)
  writeText(out, eventsText(span))
  writeText(out, linksText(span))
  writeText(out, span.dialect)
  const cuts = Object.keys(span.cut)
  writeCount(out, cuts.length)
  for (const what of cuts) {
    writeText(out, what)
    writeInteger(out, count(span.cut[what]!) ?? 0)
  }
  writeTexts(out, span.warnings)
  writeText(out, saidText(span.said))
}

/** For JSON that is read as UTF-8, where a lone surrogate has no form but an escape. */
export const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && !value.isWellFormed() ? value.toWellFormed() : value

/** Ancestors speak for many spans alike: what those said themselves is few objects. */
const saids = new WeakMap<Said, string>()

export function saidText(said: Said): string {
  let text = saids.get(said)
  if (text === undefined) {
    text = Object.keys(said).length === 0 ? '' : JSON.stringify(said, wellFormed)
    saids.set(said, text)
  }
  return text
}

/** A resource is one object for all spans of a request: it is encoded once. */
const resources = new WeakMap<object, Buffer>()

function resourceBytes(resource: Span['resource']): Buffer {
  let bytes = resources.get(resource)
  if (bytes === undefined) {
    const out = createBytes(512)
    writeText(out, resourceText(resource))
    bytes = Buffer.from(written(out))
    resources.set(resource, bytes)
  }
  return bytes
}

/** '' where there is nothing: the columns' word for it. */
export const resourceText = (resource: Span['resource']): string => {
  for (const _key in resource) return JSON.stringify(resource, speakable)
  return ''
}

export function eventsText({ events }: Span): string {
  if (events.length === 0) return ''
  return JSON.stringify(
    events.map(({ timeNs, name, attributes }) => ({ timeNs: String(timeNs), name, attributes })),
    speakable,
  )
}

export const linksText = ({ links }: Span): string => (links.length === 0 ? '' : JSON.stringify(links, speakable))

const speakable = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

export function outcomeOf(span: Span): string {
  const outcome = span.attributes['outrider.outcome']
  return typeof outcome === 'string' ? outcome : ''
}

/** Numbers that the column cannot hold were refused at the edge; one that slips through is unknown, not a failed block. */
export const count = (value: number | null): number | null => (value !== null && isCount(value) ? value : null)
export const integer = (value: number | null): number | null =>
  value !== null && Number.isSafeInteger(value) ? value : null
export const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null)

const MAX_NS = 2n ** 63n - 1n
export const nanoseconds = (value: bigint): bigint => (value < 0n ? 0n : value > MAX_NS ? MAX_NS : value)
