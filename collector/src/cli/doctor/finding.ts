/** What the doctor says about one thing. */
export interface Finding {
  /** A closed set of names, for machines. */
  readonly check:
    | 'config'
    | 'runtime'
    | 'reach'
    | 'ready'
    | 'port'
    | 'clock'
    | 'scope'
    | 'budgets'
    | 'spans'
    | 'unguarded'
    | 'waiting'
    | 'disk'
    | 'sdk'
  /** `warn` may be meant so; `fail` may not. */
  readonly state: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
}
