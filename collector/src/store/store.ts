import type { Span, SpanLog, Status, StopReason } from '../span.ts'

/**
 * ClickHouse behind one interface: the embedded engine and a server are the same thing here.
 *
 * - `write` resolves only when every span is stored and visible to the reads below; it may be called again with the same
 *   spans (sameness is by trace and span ID) and then changes nothing that a read shows.
 * - It rejects with an `OutriderError`: `OUT_STORE_UNAVAILABLE`, `OUT_STORE_REFUSED` or `OUT_DISK_FULL`, all retryable.
 * - `tenant` is the first argument of every read. `null` reads all tenants: only for callers without tenant-bound keys.
 */
export interface Store {
  write(spans: readonly Span[]): Promise<void>
  writeLogs(logs: readonly SpanLog[]): Promise<void>
  runs(tenant: string | null, query: RunQuery): Promise<RunPage>
  /**
   * One run with its spans in time order, or `null` when nothing of that trace is stored. Of a run too large for one
   * answer the earliest 50,000 spans are given, and texts up to 128 MiB; `run` is of the whole.
   */
  run(tenant: string | null, traceId: string): Promise<StoredRun | null>
  /** Resolves when the store answers. */
  ping(): Promise<void>
  /** Rows and bytes by table, free disk bytes: for `/metrics` and the disk guard. */
  usage(): Promise<StoreUsage>
  close(): Promise<void>
}

export interface RunQuery {
  /** 1 to 500. */
  readonly limit: number
  /** Opaque; from an earlier page's `next`. A malformed one rejects with `OUT_CURSOR_INVALID`. */
  readonly cursor?: string
  readonly workflow?: string
  readonly agent?: string
  /** Runs in which this agent failed, as `failedRuns` of `AgentFigures` counts them. */
  readonly failedAgent?: string
  readonly user?: string
  readonly session?: string
  readonly tenant?: string
  readonly status?: Status
  readonly model?: string
  readonly minCostNano?: number
  /** Runs that start at or after, ms since 1970. */
  readonly fromMs?: number
  /** Runs that start before, ms since 1970. */
  readonly toMs?: number
  /** Case-insensitive text in trace ID, run name, workflow, agents, models, tools, user or session. */
  readonly q?: string
}

export interface RunPage {
  /** Newest start first. */
  readonly runs: readonly RunSummary[]
  readonly next: string | null
}

export interface RunSummary {
  readonly traceId: string
  readonly name: string | null
  readonly workflow: string | null
  readonly service: string | null
  /** The root's; `error` where a root without a stop reason of its own (a request) let in what failed. */
  readonly status: Status
  readonly stopReason: StopReason | null
  readonly startNs: bigint
  readonly durationNs: bigint
  readonly spanCount: number
  /** Counted `llm` spans. */
  readonly llmCalls: number
  readonly toolCalls: number
  readonly embeddingCalls: number
  readonly embeddingTokens: number
  readonly errors: number
  readonly agents: readonly string[]
  /** Those of which a turn failed; where an agent tells no turns, of which a call failed. */
  readonly failedAgents: readonly string[]
  readonly models: readonly string[]
  readonly tools: readonly { readonly name: string; readonly calls: number; readonly errors: number }[]
  readonly sessionId: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  /** Sums over counted `llm` spans; null when none of them told it. */
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
  /** Counted `llm` and `embedding` spans (and other counted spans that reported a cost); null when nothing is priced. */
  readonly costNano: number | null
  /** Counted calls whose tokens are known and whose price is not: their money is missing from `costNano`. */
  readonly unpricedCalls: number
  /** Mean of the run's own scores; without one its root span's score, else the mean of its spans'. */
  readonly score: number | null
  /** The latest that was posted, else what the spans tell. */
  readonly outcome: string | null
  /** What was posted with the outcome. */
  readonly outcomeReason: string | null
  /** False while no root span has arrived. */
  readonly rootSeen: boolean
}

export interface StoredRun {
  readonly run: RunSummary
  /** `score` of a span is the mean of the scores it was given, else its own. */
  readonly spans: readonly Span[]
  readonly logs: readonly SpanLog[]
  /** Of the run and of its spans, the run's first, by name. */
  readonly scores: readonly StoredScore[]
}

export interface StoreUsage {
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[]
  readonly freeBytes: number | null
  readonly oldestDay: string | null
}

/** What evaluators and people say of runs: bound to a trace, whether its spans have arrived or not. */
export interface QualityStore {
  /** Of two with the same tenant, trace, span, name and source the later one stays. Resolves when stored and visible. */
  writeScores(scores: readonly Score[]): Promise<void>
  /** The latest word on a run wins. */
  writeOutcomes(outcomes: readonly Outcome[]): Promise<void>
}

export interface Score {
  /** `null`: from a caller that is bound to no tenant; whoever has the trace sees it. */
  readonly tenantId: string | null
  readonly traceId: string
  /** `null`: of the run as a whole. */
  readonly spanId: string | null
  readonly name: string
  /** Finite. */
  readonly value: number
  readonly label: string | null
  readonly explanation: string | null
  /** Who or what judged. */
  readonly source: string | null
}

export interface StoredScore extends Score {
  /** When it arrived, ms since 1970. */
  readonly timeMs: number
}

export interface Outcome {
  readonly tenantId: string | null
  readonly traceId: string
  readonly outcome: string
  readonly reason: string | null
}

/** What lineage has to know again after a restart. */
export interface RecentStore {
  /**
   * Spans of the traces of the last day that something arrived of last, the earliest arrival first, each once; without
   * texts, events and attributes.
   */
  recent(limits: { readonly traces: number; readonly spans: number }): Promise<readonly Span[]>
}

/** Corrections of stored spans. */
export interface AmendStore {
  /**
   * Gives stored spans other fields, in every read and rollup. What says the same as the store changes nothing, so it may
   * be called again. Resolves with the changes whose span is not stored (yet).
   */
  amend<T extends Change>(changes: readonly T[]): Promise<readonly T[]>
}

export interface Change {
  /** The span's own. */
  readonly tenant: string | null
  readonly traceId: string
  readonly spanId: string
  /** What is left out stays as it is. */
  readonly fields: Amended
}

/** What a span may have from others, what follows from it, and the price. */
export type Amended = Partial<Pick<Span, (typeof AMENDABLE)[number]>>

export const AMENDABLE = [
  'kind',
  'agent',
  'agentVersion',
  'parentAgent',
  'workflow',
  'sessionId',
  'userId',
  'provider',
  'requestModel',
  'responseModel',
  'responseId',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costNano',
  'costSource',
  'priceVersion',
  'finishReason',
  'finishReasonRaw',
  'ttftMs',
  'streaming',
  'counted',
  'said',
] as const satisfies readonly (keyof Span)[]

/** What money and tokens went into. Each span once, however often it was sent; counted spans only. */
export interface SpendStore {
  spend(tenant: string | null, query: SpendQuery): Promise<Spend>
}

export const SPEND_BY = ['model', 'agent', 'workflow', 'user', 'tenant', 'day', 'provider'] as const

export interface SpendQuery {
  /** Calls that start at or after, ms since 1970. */
  readonly fromMs: number
  /** Calls that start before, ms since 1970. */
  readonly toMs: number
  readonly by: (typeof SPEND_BY)[number]
}

export interface Spend {
  /** Dearest first; days in order. At most 10,000. */
  readonly rows: readonly SpendRow[]
  /** Models whose price is not known, most used first: their money is missing above. */
  readonly unpriced: readonly UnpricedModel[]
  /** Of all rows, also of those left out; `null` when nothing has a price. */
  readonly totalNano: number | null
}

export interface SpendRow {
  /** `null`: not told. */
  readonly key: string | null
  /** Model and embedding calls. */
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of calls, and of tools and retrievals that reported a cost; `null` when nothing has a price. */
  readonly costNano: number | null
  readonly unpricedCalls: number
}

interface UnpricedModel {
  readonly provider: string | null
  readonly model: string | null
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly lastSeenMs: number
}

/** Calls as pricing needs them, for a window in time. */
export interface BilledStore {
  /** Hours (since 1970), from the one of `sinceMs` on, that hold calls with tokens and no reported cost, in order. */
  billedHours(sinceMs: number): Promise<readonly number[]>
  /** Those calls of one hour, a page at a time; the last one's place leads to the next page. */
  billed(hour: number, sinceMs: number, after: BilledPlace | null): Promise<readonly Billed[]>
}

export interface BilledPlace {
  readonly traceId: string
  readonly spanId: string
  readonly tenantId: string | null
}

export type Billed = BilledPlace &
  Pick<
    Span,
    | 'kind'
    | 'startNs'
    | 'provider'
    | 'requestModel'
    | 'responseModel'
    | 'inputTokens'
    | 'outputTokens'
    | 'cacheReadTokens'
    | 'cacheWriteTokens'
    | 'reasoningTokens'
    | 'costNano'
    | 'costSource'
    | 'priceVersion'
    | 'counted'
  >

/** Who sends telemetry, and how much of it is missing. */
export interface ArrivalStore {
  arrivals(tenant: string | null, sinceMs: number): Promise<readonly Arrival[]>
}

/** One dialect as one version of one instrumentation speaks it. Each span once. */
export interface Arrival {
  readonly dialect: string
  readonly scope: { readonly name: string; readonly version: string }
  readonly spans: number
  /** Counted model calls; those below are among them, and failed calls are in none. */
  readonly llmCalls: number
  readonly failedCalls: number
  readonly withoutUsage: number
  readonly withoutModel: number
  readonly streams: number
  readonly streamsWithoutUsage: number
  readonly unpricedCalls: number
  readonly lastSeenMs: number
  /** How often each warning, most frequent first, 20 at most. */
  readonly warnings: readonly { readonly name: string; readonly spans: number }[]
}
