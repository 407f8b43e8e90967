/** How runs ended, by workflow, and what that cost: read from the spans of the runs that started in a window. */
export interface WorkflowStore {
  /** Most runs first; 1,000 at most. Each span once; of what a run did a day after the window nothing is read. */
  workflows(tenant: string | null, query: WorkflowQuery): Promise<readonly WorkflowFigures[]>
}

export interface WorkflowQuery {
  /** Runs that start at or after, ms since 1970. */
  readonly fromMs: number
  /** Runs that start before, ms since 1970. */
  readonly toMs: number
  /** Outcomes that are a success; every other that was told is a failure. Lower case. */
  readonly success: readonly string[]
}

export interface WorkflowFigures {
  /** `null`: not told. */
  readonly workflow: string | null
  readonly runs: number
  /** The outcome that was told is one of `success`. */
  readonly succeeded: number
  /** Another outcome was told; or none, and the run's root span failed or was stopped. */
  readonly failed: number
  /** Nobody said: neither an outcome nor a failure. */
  readonly unknown: number
  /** Milliseconds of the root span, 95 of 100 runs below; `null` where no root span arrived. */
  readonly p95Ms: number | null
  /** Of all its runs, failed ones too; `null` when nothing has a price. */
  readonly costNano: number | null
}
