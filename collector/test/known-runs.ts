/** A store of known runs, as a plain object, for tests of what reads it. */
import { OutriderError } from '../src/errors.ts'
import type { Span, SpanLog } from '../src/span.ts'
import type { RunQuery, RunSummary, Store, StoredRun } from '../src/store/store.ts'

export const START_NS = 1_795_219_200_123_456_789n
const MS = 1_000_000n

/** A span `atMs` after the start of everything; unset fields are unknown. */
export function span(fields: Partial<Span> & { readonly atMs?: number; readonly ms?: number } = {}): Span {
  const { atMs = 0, ms = 10, ...given } = fields
  return {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    parentSpanId: null,
    name: 'span',
    kind: 'other',
    service: null,
    workflow: null,
    agent: null,
    agentVersion: null,
    parentAgent: null,
    startNs: START_NS + BigInt(atMs) * MS,
    durationNs: BigInt(ms) * MS,
    ttftMs: null,
    streaming: null,
    status: 'ok',
    errorType: null,
    statusMessage: null,
    stopReason: null,
    finishReason: null,
    finishReasonRaw: null,
    provider: null,
    requestModel: null,
    responseModel: null,
    responseId: null,
    operation: null,
    inputTokens: null,
    outputTokens: null,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    costNano: null,
    costSource: null,
    priceVersion: null,
    counted: true,
    toolName: null,
    toolCallId: null,
    toolArgs: null,
    retrievalQuery: null,
    retrievalTopK: null,
    retrievalDocuments: null,
    sessionId: null,
    userId: null,
    tenantId: null,
    promptName: null,
    promptVersion: null,
    configVersion: null,
    tags: [],
    attempt: null,
    retryOf: null,
    fallbackOf: null,
    cacheHit: null,
    score: null,
    input: null,
    output: null,
    contentMode: 'full',
    attributes: {},
    resource: {},
    scope: { name: '', version: '' },
    events: [],
    links: [],
    dialect: 'otel-genai',
    cut: {},
    warnings: [],
    ...given,
  }
}

/** A summary whose counts are taken from the spans, the rest from `fields`. */
export function storedRun(
  spans: readonly Span[],
  fields: Partial<RunSummary> = {},
  logs: readonly SpanLog[] = [],
): StoredRun {
  const first = spans[0] ?? span()
  const calls = spans.filter(({ kind, counted }) => kind === 'llm' && counted)
  const sum = (pick: (each: Span) => number | null) => {
    return calls.reduce<number | null>((all, each) => (pick(each) === null ? all : (all ?? 0) + pick(each)!), null)
  }
  const endNs = spans.reduce(
    (max, each) => (each.startNs + each.durationNs > max ? each.startNs + each.durationNs : max),
    0n,
  )
  const distinct = (values: readonly (string | null)[]) => [...new Set(values.filter((value) => value !== null))]
  const run: RunSummary = {
    traceId: first.traceId,
    name: first.name,
    workflow: first.workflow,
    service: first.service,
    status: spans.some(({ status }) => status === 'error') ? 'error' : 'ok',
    stopReason: first.stopReason,
    startNs: first.startNs,
    durationNs: endNs - first.startNs,
    spanCount: spans.length,
    llmCalls: calls.length,
    toolCalls: spans.filter(({ kind }) => kind === 'tool').length,
    embeddingCalls: 0,
    embeddingTokens: 0,
    errors: spans.filter(({ status }) => status === 'error').length,
    agents: distinct(spans.map(({ agent }) => agent)),
    models: distinct(spans.map(({ requestModel }) => requestModel)),
    tools: distinct(spans.map(({ toolName }) => toolName)).map((name) => ({ name, calls: 1, errors: 0 })),
    sessionId: first.sessionId,
    userId: first.userId,
    tenantId: first.tenantId,
    inputTokens: sum((each) => each.inputTokens),
    outputTokens: sum((each) => each.outputTokens),
    cacheReadTokens: sum((each) => each.cacheReadTokens),
    cacheWriteTokens: sum((each) => each.cacheWriteTokens),
    reasoningTokens: sum((each) => each.reasoningTokens),
    costNano: sum((each) => each.costNano),
    unpricedCalls: 0,
    score: null,
    outcome: null,
    rootSeen: spans.some(({ parentSpanId }) => parentSpanId === null),
    ...fields,
  }
  return { run, spans, logs }
}

/** Reads only. `asked` remembers every query, newest last; `put` adds a run or replaces it. */
export function knownStore(initial: readonly StoredRun[]) {
  const known = new Map(initial.map((each) => [each.run.traceId, each]))
  const asked: { readonly tenant: string | null; readonly query: RunQuery }[] = []
  const visible = (tenant: string | null) => {
    return [...known.values()].filter(({ run }) => tenant === null || run.tenantId === tenant)
  }
  const store: Store = {
    async runs(tenant, query) {
      asked.push({ tenant, query })
      if (query.cursor !== undefined && !/^\d+$/.test(query.cursor)) {
        throw new OutriderError('OUT_CURSOR_INVALID', 'This cursor is not one of ours.', { field: 'cursor' })
      }
      const from = Number(query.cursor ?? 0)
      const found = visible(tenant)
        .map(({ run }) => run)
        .filter((run) => query.workflow === undefined || run.workflow === query.workflow)
        .filter((run) => query.status === undefined || run.status === query.status)
        .filter((run) => query.q === undefined || JSON.stringify([run.traceId, run.name]).includes(query.q))
        .sort((a, b) => Number(b.startNs - a.startNs))
      const next = found.length > from + query.limit ? String(from + query.limit) : null
      return { runs: found.slice(from, from + query.limit), next }
    },
    async run(tenant, traceId) {
      return visible(tenant).find(({ run }) => run.traceId === traceId) ?? null
    },
    write: () => Promise.reject(new Error('reads only')),
    writeLogs: () => Promise.reject(new Error('reads only')),
    ping: () => Promise.resolve(),
    usage: () => Promise.resolve({ tables: [], freeBytes: null, oldestDay: null }),
    close: () => Promise.resolve(),
  }
  return { store, asked, put: (each: StoredRun) => known.set(each.run.traceId, each) }
}
