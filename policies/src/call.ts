import type { NanoUsd } from './money.ts'

/** `model` and `tool` are calls; `agent` and `lease` set money aside from which calls below them draw. */
export const CALL_KINDS = ['model', 'tool', 'agent', 'lease'] as const
export type CallKind = (typeof CALL_KINDS)[number]

/** From what must go on to what can wait. */
export const PRIORITIES = ['critical', 'normal', 'batch'] as const
export type Priority = (typeof PRIORITIES)[number]

/**
 * What an agent is about to do, as the rules see it: read from the wire, its input already bounded. Unknown is null.
 */
export interface Call {
  /** The client's; also the ID of the hold. */
  readonly id: string
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  readonly spanId: string | null
  readonly kind: CallKind
  readonly agent: string | null
  readonly workflow: string | null
  readonly userId: string | null
  /** From the API key where keys are used. */
  readonly tenantId: string | null
  readonly sessionId: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly toolName: string | null
  /** Upper bound of the tokens that go in, never a guess. */
  readonly inputTokens: number
  /** What the caller asked for; null takes the rule's default, which is then sent to the provider. */
  readonly maxOutputTokens: number | null
  /** What the caller says that it costs at most: tools, delegations, leases, models without a price. */
  readonly estimate: NanoUsd | null
  readonly priority: Priority
  /** The delegation or lease that this call draws on. */
  readonly parentHoldId: string | null
  /** The cap that the code gave its own run: the lowest that this or any earlier call of the run named. */
  readonly runLimit: NanoUsd | null
  /** How many agents stand above this call in its run; null when the caller does not say. */
  readonly depth: number | null
}
