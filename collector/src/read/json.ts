/**
 * The canonical run and span as JSON: the one wire form that pages, the command line and users' programs read. Times are
 * ISO 8601 in UTC with nine decimals, durations milliseconds, money USD. Unknown is null. Every field is always there.
 */
import { usdFromNano } from '@outrider/policies'
import { EVIDENCE, type Evidence } from '../guarding.ts'
import type { Span } from '../span.ts'
import type { RunSummary, StoredScore } from '../store/store.ts'

export function runJson(run: RunSummary) {
  return {
    traceId: run.traceId,
    name: run.name,
    workflow: run.workflow,
    service: run.service,
    status: run.status,
    stopReason: run.stopReason,
    startTime: isoFromNs(run.startNs),
    durationMs: msFromNs(run.durationNs),
    spanCount: run.spanCount,
    llmCalls: run.llmCalls,
    toolCalls: run.toolCalls,
    embeddingCalls: run.embeddingCalls,
    embeddingTokens: run.embeddingTokens,
    errors: run.errors,
    agents: run.agents,
    failedAgents: run.failedAgents,
    models: run.models,
    tools: run.tools.map(({ name, calls, errors }) => ({ name, calls, errors })),
    sessionId: run.sessionId,
    userId: run.userId,
    tenantId: run.tenantId,
    inputTokens: run.inputTokens,
    outputTokens: run.outputTokens,
    cacheReadTokens: run.cacheReadTokens,
    cacheWriteTokens: run.cacheWriteTokens,
    reasoningTokens: run.reasoningTokens,
    costUsd: usdOrNull(run.costNano),
    unpricedCalls: run.unpricedCalls,
    score: run.score,
    outcome: run.outcome,
    outcomeReason: run.outcomeReason,
    rootSeen: run.rootSeen,
  }
}

/**
 * @param orphan the span names a parent that is not stored (yet, or ever)
 * @param scores those that the span was given
 * @param findings what guards found in its texts
 */
export function spanJson(
  span: Span,
  orphan: boolean,
  scores: readonly StoredScore[] = [],
  findings: readonly Evidence[] = [],
) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    orphan,
    name: span.name,
    kind: span.kind,
    service: span.service,
    workflow: span.workflow,
    agent: span.agent,
    agentVersion: span.agentVersion,
    parentAgent: span.parentAgent,
    startTime: isoFromNs(span.startNs),
    durationMs: msFromNs(span.durationNs),
    ttftMs: span.ttftMs,
    streaming: span.streaming,
    status: span.status,
    errorType: span.errorType,
    statusMessage: span.statusMessage,
    stopReason: span.stopReason,
    finishReason: span.finishReason,
    finishReasonRaw: span.finishReasonRaw,
    provider: span.provider,
    requestModel: span.requestModel,
    responseModel: span.responseModel,
    responseId: span.responseId,
    operation: span.operation,
    inputTokens: span.inputTokens,
    outputTokens: span.outputTokens,
    cacheReadTokens: span.cacheReadTokens,
    cacheWriteTokens: span.cacheWriteTokens,
    reasoningTokens: span.reasoningTokens,
    costUsd: usdOrNull(span.costNano),
    costSource: span.costSource,
    priceVersion: span.priceVersion,
    counted: span.counted,
    said: saidJson(span.said),
    toolName: span.toolName,
    toolCallId: span.toolCallId,
    toolArgs: span.toolArgs,
    retrieval: retrievalJson(span),
    sessionId: span.sessionId,
    userId: span.userId,
    tenantId: span.tenantId,
    promptName: span.promptName,
    promptVersion: span.promptVersion,
    configVersion: span.configVersion,
    tags: span.tags,
    attempt: span.attempt,
    retryOf: span.retryOf,
    fallbackOf: span.fallbackOf,
    cacheHit: span.cacheHit,
    score: span.score,
    scores: scores.map(scoreJson),
    findings,
    input: span.input,
    output: span.output,
    contentMode: span.contentMode,
    attributes: withoutEvidence(span.attributes),
    resource: span.resource,
    scope: span.scope,
    events: span.events.map(({ timeNs, name, attributes }) => ({ time: isoFromNs(timeNs), name, attributes })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes })),
    dialect: span.dialect,
    cut: span.cut,
    warnings: span.warnings,
  }
}

/** Findings are told by themselves. */
function withoutEvidence(attributes: Span['attributes']): Span['attributes'] {
  if (!(EVIDENCE in attributes)) return attributes
  const { [EVIDENCE]: _, ...rest } = attributes
  return rest
}

/** What guards found, by the span whose text it is; of the same the word of the gate, which was done. */
export function findingsOf(spans: readonly Span[]): ReadonlyMap<string, readonly Evidence[]> {
  const bySpan = new Map<string, Map<string, Evidence>>()
  for (const { spanId, kind, attributes } of spans) {
    const text = attributes[EVIDENCE]
    if (typeof text !== 'string') continue
    const named = kind === 'gate' || kind === 'guard' ? attributes['outrider.gate.span_id'] : undefined
    const of = typeof named === 'string' ? named : spanId
    const found = bySpan.get(of) ?? new Map<string, Evidence>()
    bySpan.set(of, found)
    for (const one of JSON.parse(text) as readonly Evidence[]) {
      const key = `${one.direction} ${one.rule} ${one.type}`
      if (found.get(key)?.enforced !== true) found.set(key, one)
    }
  }
  return new Map([...bySpan].map(([of, found]) => [of, [...found.values()]]))
}

export const scoreJson = ({ name, value, label, explanation, source, timeMs }: StoredScore) => {
  return { name, value, label, explanation, source, time: new Date(timeMs).toISOString() }
}

/** @example isoFromNs(1_000_000_001n) // '1970-01-01T00:00:01.000000001Z' */
export function isoFromNs(ns: bigint): string {
  const seconds = ns / 1_000_000_000n
  const head = new Date(Number(seconds) * 1000).toISOString().slice(0, -5)
  return `${head}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`
}

const msFromNs = (ns: bigint): number => Number(ns) / 1e6

function saidJson({ costNano, ...said }: Span['said']) {
  return costNano === undefined ? said : { ...said, costUsd: usdOrNull(costNano as number | null) }
}

const usdOrNull = (nano: number | null): number | null => (nano === null ? null : usdFromNano(nano))

function retrievalJson({ retrievalQuery, retrievalTopK, retrievalDocuments }: Span) {
  if (retrievalQuery === null && retrievalTopK === null && retrievalDocuments === null) return null
  return { query: retrievalQuery, topK: retrievalTopK, documents: documentsJson(retrievalDocuments) }
}

/** A list where the text is a JSON array; the text itself where it was cut or never was JSON, so that nothing is lost. */
function documentsJson(text: string | null): readonly unknown[] | string | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : text
  } catch {
    return text
  }
}
