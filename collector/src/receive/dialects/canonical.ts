import { nanoFromUsd } from '@outrider/policies'
import { attribute } from '@outrider/sdk/attributes'
import { CONTENT_MODES, type ContentMode, type Kind, NOTHING_SAID, type Scope, type Span } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { ag2 } from './ag2.ts'
import { anthropic } from './anthropic.ts'
import { createBound } from './bound.ts'
import { claudeCode } from './claude-code.ts'
import { codingAgent } from './coding-agent.ts'
import { datadog } from './datadog.ts'
import type { Dialect, Fact, Told } from './dialect.ts'
import { type Happened, happened } from './event.ts'
import { asksForTools, finishReason, stopReasonOf } from './finish-reason.ts'
import { genkit } from './genkit.ts'
import { googleAdk } from './google-adk.ts'
import { laminar } from './laminar.ts'
import { langfuse } from './langfuse.ts'
import { langsmith } from './langsmith.ts'
import { listen, type Places, placesOf } from './listen.ts'
import { litellm } from './litellm.ts'
import { llamaIndexEvents } from './llama-index-events.ts'
import { mastra } from './mastra.ts'
import { mlflow } from './mlflow.ts'
import { openinference } from './openinference.ts'
import { otel } from './otel.ts'
import { otelGenai } from './otel-genai.ts'
import { provider } from './provider.ts'
import { reasonIn } from './provider-answer.ts'
import { pydanticAi } from './pydantic-ai.ts'
import { springAi } from './spring-ai.ts'
import { strands } from './strands.ts'
import { traceloop } from './traceloop.ts'
import { forgetZeros } from './usage.ts'
import { text } from './value.ts'
import { vercelAi } from './vercel-ai.ts'
import { voltagent } from './voltagent.ts'

export interface CanonicalSettings {
  /** What the operator wants of texts. A sender that already did more keeps its own mode. */
  readonly contentMode: ContentMode
  /** UTF-8 bytes of each text that are kept. @default 32768 */
  readonly contentBytes: number
  /** The tenant of the sender's key; `null` where there are no keys, and then the span's own word counts. */
  readonly tenant: string | null
}

/** The first that knows a span reads it; `otel` knows every span. */
const dialects: readonly Dialect[] = [
  vercelAi,
  langfuse,
  langsmith,
  mlflow,
  openinference,
  anthropic,
  claudeCode,
  datadog,
  ag2,
  codingAgent,
  pydanticAi,
  googleAdk,
  litellm,
  mastra,
  voltagent,
  strands,
  springAi,
  llamaIndexEvents,
  genkit,
  laminar,
  traceloop,
  otelGenai,
  otel,
]
const placesBy: ReadonlyMap<Dialect, Places> = new Map(dialects.map((dialect) => [dialect, placesOf(dialect.names)]))

/** Facts that reach the canonical span as they were told, and under which name. */
const unchanged: { readonly [F in Fact]?: keyof Span } = {
  operation: 'operation',
  provider: 'provider',
  workflow: 'workflow',
  agent: 'agent',
  agentVersion: 'agentVersion',
  parentAgent: 'parentAgent',
  requestModel: 'requestModel',
  responseModel: 'responseModel',
  responseId: 'responseId',
  streaming: 'streaming',
  finishReasons: 'finishReasonRaw',
  ttftSeconds: 'ttftMs',
  ttftMs: 'ttftMs',
  inputTokens: 'inputTokens',
  outputTokens: 'outputTokens',
  cacheReadTokens: 'cacheReadTokens',
  cacheWriteTokens: 'cacheWriteTokens',
  reasoningTokens: 'reasoningTokens',
  costUsd: 'costNano',
  toolName: 'toolName',
  toolCallId: 'toolCallId',
  retrievalTopK: 'retrievalTopK',
  sessionId: 'sessionId',
  userId: 'userId',
  tenantId: 'tenantId',
  promptName: 'promptName',
  promptVersion: 'promptVersion',
  configVersion: 'configVersion',
  tags: 'tags',
  attempt: 'attempt',
  retryOf: 'retryOf',
  fallbackOf: 'fallbackOf',
  cacheHit: 'cacheHit',
  score: 'score',
  errorType: 'errorType',
  stopReason: 'stopReason',
}

/**
 * Attributes whose value a canonical field holds too: as it is, as the first of a list, or in another unit, unless it
 * had to be mended. Who wants to store a value once compares both first.
 */
export const knownAs: ReadonlyMap<string, keyof Span> = new Map(
  [...placesBy.values()].flatMap((places) =>
    [...places].flatMap(([name, { fact }]) => {
      const field = unchanged[fact]
      return field === undefined ? [] : [[name, field] as const]
    }),
  ),
)

/** What the telemetry of a dialect lacks as an instrumentation sends it; empty for a dialect that nobody knows. */
export function losesOf(dialect: string, scope: Scope): readonly string[] {
  return dialects.find(({ name }) => name === dialect)?.loses?.(scope) ?? []
}

/** What was understood of one span. Never throws, whatever the attributes hold; what cannot be read is unknown. */
export function canonical(raw: RawSpan, settings: CanonicalSettings): Span {
  const dialect = dialectOf(raw)
  const places = placesBy.get(dialect) as Places
  const { told, taken, isLong, warnings } = listen(raw.attributes, places, settings.contentBytes / 3)
  dialect.mend?.(told, raw, warnings)
  const kind = dialect.kind(told, raw)
  const event = happened(raw.events, kind === 'tool')
  const failed = raw.statusCode === 2 || told.failed === true
  const isWork = kind === 'agent' || kind === 'chain'
  if (kind === 'llm' || isWork) forgetZeros(told)
  const finishReasonRaw =
    told.finishReasons?.[0] ??
    event.finishReason ??
    (kind === 'llm' || kind === 'agent' ? reasonIn(told.output ?? event.output) : null)
  const word = finishReasonRaw === null ? null : finishReason(finishReasonRaw)
  const finish = word === 'stop' && kind === 'llm' && asksForTools(told.output ?? event.output) ? 'tool_calls' : word
  const errorType = errorTypeOf(told, event, failed)
  const costNano = reportedCost(told, raw)
  const bound = createBound(settings.contentBytes, raw.cut, told.cut ?? 0)
  const ended = raw.endNs - raw.startNs
  if (ended < 0n) warnings.push('end_before_start')
  const ttftMs = told.ttftMs ?? (told.ttftSeconds === null ? firstChunkMs(event, raw) : inMs(told.ttftSeconds, ended))
  const agent = told.agent ?? (kind === 'agent' ? afterOperation(raw.name, told.operation) : null)

  return {
    traceId: raw.traceId,
    spanId: raw.spanId,
    parentSpanId: raw.parentSpanId,
    name: raw.name,
    kind,
    service: text(raw.resource[attribute.service] ?? null) ?? null,
    workflow: told.workflow ?? (told.operation === 'invoke_workflow' ? afterOperation(raw.name, told.operation) : null),
    agent,
    agentVersion: told.agentVersion,
    parentAgent: told.parentAgent,
    startNs: raw.startNs,
    durationNs: ended < 0n ? 0n : ended,
    ttftMs,
    streaming: told.streaming ?? (ttftMs === null || dialect.ttftOfAll ? null : true),
    status: failed ? 'error' : raw.statusCode === 1 ? 'ok' : 'unset',
    errorType,
    statusMessage: bound.text(
      'statusMessage',
      raw.statusMessage || told.statusMessage || (failed ? event.exceptionMessage : null),
    ),
    stopReason: told.stopReason ?? (ends(kind, told) ? stopReasonOf(finish, failed, errorType) : null),
    finishReason: finish,
    finishReasonRaw,
    provider: told.provider === null ? null : provider(told.provider),
    requestModel: told.requestModel,
    responseModel: isUnanswered(told, failed) ? null : told.responseModel,
    responseId: told.responseId,
    operation: told.operation,
    inputTokens: told.inputTokens,
    outputTokens: told.outputTokens,
    cacheReadTokens: told.cacheReadTokens,
    cacheWriteTokens: told.cacheWriteTokens,
    reasoningTokens: told.reasoningTokens,
    costNano,
    costSource: costNano === null ? null : 'reported',
    priceVersion: null,
    counted:
      kind === 'llm' ||
      kind === 'embedding' ||
      // a sum, until something below tells what it is made of
      (isWork && (told.outputTokens ?? 0) > 0) ||
      (costNano !== null && (kind === 'tool' || kind === 'retrieval')),
    said: NOTHING_SAID,
    // a call that only asks for a tool has it among its messages
    toolName:
      kind === 'llm' ? null : (told.toolName ?? (kind === 'tool' ? afterOperation(raw.name, told.operation) : null)),
    toolCallId: kind === 'llm' ? null : told.toolCallId,
    toolArgs: kind === 'llm' ? null : bound.text('toolArgs', told.toolArgs ?? event.toolArgs),
    retrievalQuery: bound.text('retrievalQuery', told.retrievalQuery),
    // on a model call the same attribute is a sampling parameter
    retrievalTopK: kind === 'retrieval' ? told.retrievalTopK : null,
    retrievalDocuments: bound.text('retrievalDocuments', told.retrievalDocuments),
    sessionId: told.sessionId,
    userId: told.userId,
    tenantId: settings.tenant ?? told.tenantId ?? text(raw.resource[attribute.tenant] ?? null) ?? null,
    promptName: told.promptName,
    promptVersion: told.promptVersion,
    configVersion: told.configVersion,
    tags: told.tags ?? noTags,
    attempt: told.attempt ?? (told.resends === null ? null : told.resends + 1),
    retryOf: told.retryOf,
    fallbackOf: told.fallbackOf,
    cacheHit: told.cacheHit,
    score: told.score ?? event.score,
    input: bound.text('input', told.input ?? event.input),
    output: bound.text('output', told.output ?? event.output),
    contentMode: stricter(settings.contentMode, told.contentMode),
    attributes: taken === null && !isLong ? raw.attributes : bound.attributes(raw.attributes, taken),
    resource: raw.resource,
    scope: raw.scope,
    events: raw.events.length === 0 ? raw.events : bound.events(raw.events),
    links: raw.links,
    dialect: dialect.name,
    cut: bound.cut(),
    warnings: warnings.length === 0 ? raw.warnings : [...raw.warnings, ...warnings],
  }
}

function dialectOf(raw: RawSpan): Dialect {
  for (const dialect of dialects) if (dialect.detects(raw)) return dialect
  return otel
}

const noTags: readonly string[] = []

/** Money that was reported. A zero that is not our own word is what libraries write whose price list lacks the model. */
function reportedCost({ costUsd, cacheHit }: Told, { attributes }: RawSpan): number | null {
  if (costUsd === null) return null
  if (costUsd === 0 && cacheHit !== true && attributes[attribute.costUsd] === undefined) return null
  return nanoFromUsd(costUsd) ?? null
}

/** Some instrumentations fill the slot of the served model with the asked one, also where nobody answered. */
function isUnanswered({ responseModel, requestModel, responseId, outputTokens }: Told, failed: boolean): boolean {
  return failed && responseModel === requestModel && responseId === null && outputTokens === null
}

/** Some write milliseconds under a name of seconds: where the first token would come after the end, they did. */
function inMs(seconds: number, duration: bigint): number {
  const most = Number(duration) / 1e6
  return seconds * 1000 > most && seconds > 1 && seconds <= most ? seconds : seconds * 1000
}

function firstChunkMs({ firstChunkNs }: Happened, { startNs }: RawSpan): number | null {
  return firstChunkNs === null || firstChunkNs < startNs ? null : Number(firstChunkNs - startNs) / 1e6
}

function errorTypeOf(told: Told, event: Happened, failed: boolean): string | null {
  if (told.errorType !== null) return told.errorType
  // an exception that was caught, or a 404 that was expected, is no error of the span
  if (!failed) return null
  if (event.exceptionType !== null) return event.exceptionType
  return told.httpStatus !== null && told.httpStatus >= 400 ? String(told.httpStatus) : null
}

/** Only agents and runs end for a reason; a model call has its finish reason. */
function ends(kind: Kind, told: Told): boolean {
  return kind === 'agent' || told.operation === 'invoke_workflow'
}

/** The convention names spans `{operation} {name}`. */
function afterOperation(name: string, operation: string | null): string | null {
  if (operation === null || !name.startsWith(operation) || name[operation.length] !== ' ') return null
  return name.slice(operation.length + 1).trim() || null
}

function stricter(wanted: ContentMode, done: ContentMode | null): ContentMode {
  return done !== null && CONTENT_MODES.indexOf(done) < CONTENT_MODES.indexOf(wanted) ? done : wanted
}
