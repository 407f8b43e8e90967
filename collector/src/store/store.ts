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
  /** Mean of the run's scores, root span's first. */
  readonly score: number | null
  readonly outcome: string | null
  /** False while no root span has arrived. */
  readonly rootSeen: boolean
}

export interface StoredRun {
  readonly run: RunSummary
  readonly spans: readonly Span[]
  readonly logs: readonly SpanLog[]
}

export interface StoreUsage {
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[]
  readonly freeBytes: number | null
  readonly oldestDay: string | null
}
