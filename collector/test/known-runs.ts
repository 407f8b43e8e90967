/** A store of known runs, as a plain object, for tests of what reads it. */
import { text } from 'node:stream/consumers'
import { OutriderError } from '../src/errors.ts'
import { runAnswer } from '../src/read/run-answer.ts'
import { NOTHING_SAID, type Span, type SpanLog } from '../src/span.ts'
import type { RunQuery, RunSummary, Store, StoredRun, StoredScore } from '../src/store/store.ts'

const START_NS = 1_795_219_200_123_456_789n
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
    said: NOTHING_SAID,
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
  scores: readonly StoredScore[] = [],
): StoredRun {
  const first = spans[0] ?? span()
  const calls = spans.filter(({ kind, counted }) => kind === 'llm' && counted)
  const sum = (pick: (each: Span) => number | null) => {
    return calls.reduce<number | null>((all, each) => (pick(each) === null ? all : (all ?? 0) + pick(each)!), null)
  }
  const ends = spans.map(({ startNs, durationNs }) => startNs + durationNs).toSorted((a, b) => Number(a - b))
  const distinct = (values: readonly (string | null)[]) => [...new Set(values.filter((value) => value !== null))]
  const run: RunSummary = {
    traceId: first.traceId,
    name: first.name,
    workflow: first.workflow,
    service: first.service,
    status: spans.some(({ status }) => status === 'error') ? 'error' : 'ok',
    stopReason: first.stopReason,
    startNs: first.startNs,
    durationNs: (ends.at(-1) ?? first.startNs) - first.startNs,
    spanCount: spans.length,
    llmCalls: calls.length,
    toolCalls: spans.filter(({ kind }) => kind === 'tool').length,
    embeddingCalls: 0,
    embeddingTokens: 0,
    errors: spans.filter(({ status }) => status === 'error').length,
    agents: distinct(spans.map(({ agent }) => agent)),
    failedAgents: [],
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
    outcomeReason: null,
    rootSeen: spans.some(({ parentSpanId }) => parentSpanId === null),
    ...fields,
  }
  return { run, spans, logs, scores }
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

/** A run as the API answers it. */
export async function answerOf({ run, spans, scores }: StoredRun): Promise<unknown> {
  return JSON.parse(await text(runAnswer(run, spans, scores)))
}

/** A support run with what a tree must show: agents, retries, a fallback, errors, an orphan, a late parent, skewed clocks. */
export function supportRun(): StoredRun {
  const id = (n: number) => n.toString(16).padStart(16, '0')
  const llm = { kind: 'llm', requestModel: 'gpt-5-mini', provider: 'openai' } as const
  const spans = [
    span({
      spanId: id(1),
      name: 'refund',
      kind: 'chain',
      workflow: 'refund',
      ms: 12_400,
      stopReason: 'completed',
      userId: 'u-42',
      sessionId: 's-7',
    }),
    span({
      spanId: id(2),
      parentSpanId: id(1),
      name: 'triage',
      kind: 'agent',
      agent: 'triage',
      atMs: 3,
      ms: 2100,
      stopReason: 'completed',
    }),
    span({
      ...llm,
      spanId: id(3),
      parentSpanId: id(2),
      name: 'chat gpt-5-mini',
      agent: 'triage',
      atMs: 5,
      ms: 900,
      inputTokens: 1204,
      outputTokens: 88,
      cacheReadTokens: 1024,
      costNano: 412_000,
      costSource: 'priced',
      finishReason: 'tool_calls',
      attempt: 1,
      status: 'error',
      errorType: '429',
      statusMessage: 'slow down',
    }),
    span({
      ...llm,
      spanId: id(4),
      parentSpanId: id(2),
      name: 'chat gpt-5-mini',
      agent: 'triage',
      atMs: 905,
      ms: 800,
      inputTokens: 1204,
      outputTokens: 90,
      costNano: 420_000,
      costSource: 'priced',
      finishReason: 'tool_calls',
      attempt: 2,
      retryOf: id(3),
      input: 'Where is my\nrefund?',
      output: 'Looking.',
    }),
    span({
      spanId: id(5),
      parentSpanId: id(2),
      name: 'lookup_order',
      kind: 'tool',
      agent: 'triage',
      toolName: 'lookup_order',
      toolArgs: '{"order":"A-17"}',
      atMs: 1710,
      ms: 380,
      status: 'error',
      errorType: 'TimeoutError',
      statusMessage: 'upstream took\ntoo long',
    }),
    span({
      spanId: id(6),
      parentSpanId: id(1),
      name: 'research',
      kind: 'agent',
      agent: 'research',
      parentAgent: 'triage',
      atMs: 2200,
      ms: 9800,
      stopReason: 'max_turns',
    }),
    span({
      spanId: id(7),
      parentSpanId: id(6),
      name: 'policy search',
      kind: 'retrieval',
      agent: 'research',
      retrievalQuery: 'refund policy',
      retrievalDocuments: '[{"id":"p1"}]',
      atMs: 2190,
      ms: 40,
    }),
    span({
      ...llm,
      spanId: id(8),
      parentSpanId: id(6),
      name: 'answer',
      agent: 'research',
      responseModel: 'acme-1',
      atMs: 3000,
      ms: 8000,
      inputTokens: 20_000,
      outputTokens: 1500,
      costSource: 'unpriced',
      fallbackOf: id(4),
      finishReason: 'length',
      cut: { output: 4096 },
      output: 'Long',
      warnings: ['end_before_start'],
    }),
    span({ spanId: id(9), parentSpanId: id(99), name: 'audit', kind: 'tool', agent: 'billing', atMs: 11_000, ms: 3 }),
    span({ spanId: id(10), parentSpanId: id(11), name: 'ping', kind: 'other', atMs: 12_000, ms: 1 }),
    span({ spanId: id(11), parentSpanId: id(10), name: 'pong', kind: 'other', atMs: 12_001, ms: 1 }),
  ]
  const judged = { tenantId: null, traceId: span().traceId, timeMs: 1_795_219_300_000 }
  const scores = [
    { ...judged, spanId: null, name: 'resolved', value: 1, label: 'yes', explanation: null, source: 'user' },
    {
      ...judged,
      spanId: null,
      name: 'helpfulness',
      value: 0.75,
      label: null,
      explanation: 'Names the refund,\nnot the day.',
      source: 'judge-7',
    },
    {
      ...judged,
      spanId: id(4),
      name: 'groundedness',
      value: 0.5,
      label: 'partly',
      explanation: 'No source.',
      source: null,
    },
  ]
  return storedRun(
    spans,
    { unpricedCalls: 1, score: 0.875, outcome: 'success', outcomeReason: 'Refund was\nissued.' },
    [],
    scores,
  )
}
