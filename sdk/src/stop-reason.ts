/** Why an agent or a run ended: the same closed list that the collector stores. */
export const STOP_REASONS = [
  'completed',
  'max_tokens',
  'tool_calls',
  'content_filter',
  'error',
  'timeout',
  'cancelled',
  'max_turns',
  'budget_exceeded',
  'guard_blocked',
  'killed',
  'circuit_open',
  'rate_limited',
] as const

export type StopReason = (typeof STOP_REASONS)[number]
