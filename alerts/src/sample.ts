/** A number in time: what every alert rule judges. One metric of one set of labels, one minute. */
export interface Sample {
  /** E.g. `error_rate`, `latency_p95_ms`, `cost_usd`. */
  readonly metric: string
  /** Who: agent, workflow, model, tenant, tool. */
  readonly labels: Readonly<Record<string, string>>
  /** Start of the minute, ms since 1970. */
  readonly timeMs: number
  /** `null` is a gap: nothing was measured. */
  readonly value: number | null
  /** How many observations the value stands on. */
  readonly count: number
}
