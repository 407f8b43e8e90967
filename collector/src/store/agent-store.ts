/** How agents fare over time, and who calls whom: read from the spans of the runs that started in a window. */
export interface AgentStore {
  /** Each span once; of what an agent did long after its run started (a day after the window) nothing is read. */
  agents(tenant: string | null, query: AgentQuery): Promise<Agents>
}

export interface AgentQuery {
  /** Runs that start at or after, ms since 1970. */
  readonly fromMs: number
  /** Runs that start before, ms since 1970. */
  readonly toMs: number
  /** Length of a step of the window; the first begins at `fromMs`. */
  readonly stepMs: number
  /** Runs of this workflow only. */
  readonly workflow?: string
}

export interface Agents {
  /** Most runs first; 200 at most. */
  readonly agents: readonly AgentHealth[]
  /** Most calls first; 1,000 at most. */
  readonly handoffs: readonly Handoff[]
  /** Which workflow began with which agent: most turns first; 1,000 at most. */
  readonly starts: readonly Handoff[]
}

/** What one agent did in runs. */
interface AgentFigures {
  readonly runs: number
  /** Runs in which a turn of it failed; where it tells no turns, runs in which a call of it failed. */
  readonly failedRuns: number
  /** Spans of kind `agent`. */
  readonly turns: number
  /** Model, tool, retrieval and embedding calls. */
  readonly calls: number
  readonly failedCalls: number
  /** Of turns; of model calls in runs where it tells no turns. `null` where there are neither. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  /** Of its counted calls; `null` when nothing has a price. */
  readonly costNano: number | null
}

export interface AgentStep extends AgentFigures {
  /** Which step of the window, from 0. */
  readonly step: number
}

export interface AgentHealth extends AgentFigures {
  readonly agent: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly unpricedCalls: number
  /** When its last span ended, ms since 1970. */
  readonly lastSeenMs: number
  /** Those in which it took part in a run, in order. */
  readonly steps: readonly AgentStep[]
}

/**
 * One agent that handed work to another; `from` and `to` are the same where it called itself. Of a start, `from` is a
 * workflow, and `to` an agent of it that no agent had called.
 */
export interface Handoff {
  readonly from: string
  readonly to: string
  readonly runs: number
  /** Turns of `to` that `from` asked for. */
  readonly calls: number
  readonly failedCalls: number
  /** Of these turns; `null` where there are none. */
  readonly p95Ms: number | null
  /** What `to` spent on behalf of `from`. */
  readonly costNano: number | null
}
