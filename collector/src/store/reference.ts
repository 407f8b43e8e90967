/** What runs are, computed the slow and obvious way in memory: the contract suite holds the store against it. */
import type { Span } from '../span.ts'
import type { RunQuery, RunSummary } from './store.ts'

/** @param writes every span in the order it was written, repeats included. */
export function referenceRuns(writes: readonly Span[], tenant: string | null): RunSummary[] {
  const visible = writes.filter((span) => tenant === null || span.tenantId === tenant)
  const traces = Map.groupBy(visible, (span) => span.traceId)
  return [...traces.values()].map(summarise).sort((a, b) => compare([b.startNs, b.traceId], [a.startNs, a.traceId]))
}

export function referenceMatches(run: RunSummary, query: Omit<RunQuery, 'limit' | 'cursor'>): boolean {
  const startMs = Number(run.startNs / 1_000_000n)
  const texts = [run.traceId, run.name, run.workflow, run.sessionId, run.userId, ...run.agents, ...run.models]
  const said = [...texts, ...run.tools.map((tool) => tool.name)].map((text) => text?.toLowerCase())
  return [
    query.workflow === undefined || run.workflow === query.workflow,
    query.agent === undefined || run.agents.includes(query.agent),
    query.failedAgent === undefined || run.failedAgents.includes(query.failedAgent),
    query.model === undefined || run.models.includes(query.model),
    query.user === undefined || run.userId === query.user,
    query.session === undefined || run.sessionId === query.session,
    query.tenant === undefined || run.tenantId === query.tenant,
    query.status === undefined || run.status === query.status,
    query.minCostNano === undefined || (run.costNano !== null && run.costNano >= query.minCostNano),
    query.fromMs === undefined || startMs >= query.fromMs,
    query.toMs === undefined || startMs < query.toMs,
    query.q === undefined || said.some((text) => text?.includes(query.q!.toLowerCase())),
  ].every(Boolean)
}

function summarise(writes: readonly Span[]): RunSummary {
  const latest = new Map(writes.map((span) => [`${span.tenantId} ${span.spanId}`, span]))
  const spans = [...latest.values()].sort((a, b) => compare(placeOf(a, a.startNs), placeOf(b, b.startNs)))
  const root = spans.find((span) => span.parentSpanId === null)
  const rootsFirst = [...spans.filter((s) => s.parentSpanId === null), ...spans.filter((s) => s.parentSpanId !== null)]
  const calls = spans.filter((span) => span.counted && span.kind === 'llm')
  const told = spans.filter(({ counted, kind }) => counted && (kind === 'llm' || kind === 'agent' || kind === 'chain'))
  const embeddings = spans.filter((span) => span.counted && span.kind === 'embedding')
  const tools = Map.groupBy(
    spans.filter((span) => span.kind === 'tool'),
    (span) => span.toolName ?? span.name,
  )
  const startNs = writes.map((span) => span.startNs).sort((a, b) => compare([a], [b]))[0]!
  const endNs = spans.map((span) => span.startNs + span.durationNs).sort((a, b) => compare([b], [a]))[0]!
  const outcomes = rootsFirst.map((span) => span.attributes['outrider.outcome'])
  return {
    traceId: spans[0]!.traceId,
    name: root?.name ?? null,
    workflow: first(rootsFirst.map((span) => span.workflow)),
    service: first(rootsFirst.map((span) => span.service)),
    status: root === undefined ? 'unset' : statusOf(root, spans),
    stopReason: root === undefined ? null : stopReasonOf(root, spans, calls),
    startNs,
    durationNs: endNs - startNs,
    spanCount: spans.length,
    llmCalls: calls.length,
    toolCalls: spans.filter((span) => span.kind === 'tool').length,
    embeddingCalls: embeddings.length,
    embeddingTokens: sum(embeddings.map((span) => span.inputTokens)) ?? 0,
    errors: spans.filter((span) => span.status === 'error').length,
    agents: distinct(spans.map((span) => span.agent)),
    failedAgents: failedAgents(spans),
    models: distinct(spans.flatMap((span) => [span.requestModel, span.responseModel])),
    tools: [...tools]
      .map(([name, all]) => ({ name, calls: all.length, errors: all.filter((s) => s.status === 'error').length }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    sessionId: first(spans.map((span) => span.sessionId)),
    userId: first(spans.map((span) => span.userId)),
    tenantId: first(spans.map((span) => span.tenantId)),
    inputTokens: sum(told.map((span) => span.inputTokens)),
    outputTokens: sum(told.map((span) => span.outputTokens)),
    cacheReadTokens: sum(told.map((span) => span.cacheReadTokens)),
    cacheWriteTokens: sum(told.map((span) => span.cacheWriteTokens)),
    reasoningTokens: sum(told.map((span) => span.reasoningTokens)),
    costNano: sum(spans.filter((span) => span.counted).map((span) => span.costNano)),
    unpricedCalls: spans.filter((span) => span.counted && span.costSource === 'unpriced').length,
    score: first(spans.filter((s) => s.parentSpanId === null).map((s) => s.score)) ?? mean(spans.map((s) => s.score)),
    outcome: first(outcomes.map((outcome) => (typeof outcome === 'string' && outcome !== '' ? outcome : null))),
    outcomeReason: null,
    rootSeen: root !== undefined,
  }
}

function failedAgents(spans: readonly Span[]): string[] {
  const calls = new Set<string>(['llm', 'tool', 'retrieval', 'embedding'])
  return distinct(spans.map((span) => span.agent)).filter((agent) => {
    const own = spans.filter((span) => span.agent === agent)
    const turns = own.filter(({ kind }) => kind === 'agent')
    const decisive = turns.length > 0 ? turns : own.filter(({ kind }) => calls.has(kind))
    return decisive.some(({ status }) => status === 'error')
  })
}

function entryOf(spans: readonly Span[]): Span | undefined {
  const work = outermost(spans.filter((span) => span.kind === 'agent' || span.kind === 'chain'))
  return work.find((span) => span.parentSpanId === null) ?? work[0]
}

function statusOf(root: Span, spans: readonly Span[]): RunSummary['status'] {
  return root.stopReason === null && entryOf(spans)?.status === 'error' ? 'error' : root.status
}

function stopReasonOf(root: Span, spans: readonly Span[], calls: readonly Span[]): RunSummary['stopReason'] {
  if (root.stopReason !== null) return root.stopReason
  const entry = entryOf(spans)
  const isSaid = ({ parentSpanId, stopReason }: Span) =>
    parentSpanId !== null && stopReason !== null && stopReason !== 'error'
  const said = entry?.stopReason ?? outermost(spans.filter(isSaid))[0]?.stopReason
  if (said && said !== 'completed' && said !== 'tool_calls') return said
  if (root.status === 'error' || entry?.status === 'error') return 'error'
  if (entry !== undefined && entry.stopReason !== null) return entry.stopReason
  const last = calls
    .filter((span) => span.finishReason !== null)
    .sort((a, b) => compare(placeOf(b, b.startNs + b.durationNs), placeOf(a, a.startNs + a.durationNs)))[0]
  if (last?.finishReason === 'length') return 'max_tokens'
  return last?.finishReason === 'content_filter' ? 'content_filter' : 'completed'
}

/** Those that are not right below another of them; the one that ended last first, of several the one that began first. */
function outermost(spans: readonly Span[]): readonly Span[] {
  const ids = new Set(spans.map((span) => span.spanId))
  const order = (span: Span) =>
    [span.startNs + span.durationNs, -span.startNs, span.spanId, span.tenantId ?? ''] as const
  return spans
    .filter(({ parentSpanId }) => parentSpanId === null || !ids.has(parentSpanId))
    .sort((a, b) => compare(order(b), order(a)))
}

const placeOf = (span: Span, ns: bigint) => [ns, span.spanId, span.tenantId ?? ''] as const

function compare(a: readonly (bigint | string)[], b: readonly (bigint | string)[]): number {
  const i = a.findIndex((part, n) => part !== b[n])
  return i < 0 ? 0 : a[i]! < b[i]! ? -1 : 1
}

const known = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null)
const first = <T>(values: readonly (T | null)[]): T | null => known(values)[0] ?? null
const distinct = (values: readonly (string | null)[]): string[] => [...new Set(known(values))].sort()

function sum(values: readonly (number | null)[]): number | null {
  const all = known(values)
  return all.length === 0 ? null : Number(all.reduce((total, value) => total + BigInt(value), 0n))
}

function mean(values: readonly (number | null)[]): number | null {
  const all = known(values).sort((a, b) => a - b)
  return all.length === 0 ? null : all.reduce((total, value) => total + value, 0) / all.length
}
