/** What alert rules can judge: each metric, what kind of number it is, and the labels that tell its series apart. */

export const LABELS = ['agent', 'workflow', 'model', 'tenant', 'tool'] as const
type Label = (typeof LABELS)[number]

interface Metric {
  /** `ratio`: a share of calls, 0 to 1 · `latency`: milliseconds · `sum`: an amount a minute · `score`: 0 to 1. */
  readonly kind: 'ratio' | 'latency' | 'sum' | 'score'
  readonly labels: readonly Label[]
  readonly says: string
}

const everyone = ['agent', 'workflow', 'model', 'tenant'] as const

export const METRICS = {
  error_rate: { kind: 'ratio', labels: everyone, says: 'model and tool calls that failed' },
  tool_error_rate: { kind: 'ratio', labels: ['tool', 'agent', 'workflow', 'tenant'], says: 'tool calls that failed' },
  latency_p95_ms: { kind: 'latency', labels: everyone, says: '95th percentile of how long model calls take' },
  ttft_p95_ms: { kind: 'latency', labels: everyone, says: '95th percentile of the time to the first token' },
  calls: { kind: 'sum', labels: [...everyone, 'tool'], says: 'model and tool calls' },
  tokens: { kind: 'sum', labels: everyone, says: 'tokens in and out, in total and per call' },
  cost_usd: { kind: 'sum', labels: everyone, says: 'US dollars, in total and per call' },
  run_cost_usd: {
    kind: 'sum',
    labels: ['workflow', 'tenant'],
    says: 'US dollars of runs that ended, in total and per run',
  },
  retry_rate: { kind: 'ratio', labels: everyone, says: 'model calls that repeat one that failed' },
  fallback_rate: { kind: 'ratio', labels: everyone, says: 'model calls that stand in for another model' },
  guard_finding_rate: {
    kind: 'ratio',
    labels: ['agent', 'workflow', 'tenant'],
    says: 'calls in which a guard found something',
  },
  refusal_rate: { kind: 'ratio', labels: everyone, says: 'model calls that ended in a content filter' },
  cache_hit_rate: { kind: 'ratio', labels: everyone, says: 'input tokens that came from the cache' },
  quality_score: { kind: 'score', labels: ['agent', 'workflow', 'tenant'], says: 'mean of the scores given' },
} as const satisfies Record<string, Metric>
export type MetricName = keyof typeof METRICS
