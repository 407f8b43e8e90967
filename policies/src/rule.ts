import type { ApprovalRule } from './approval.ts'
import type { Budget } from './budget.ts'
import type { CallKind } from './call.ts'
import type { RunLimit } from './run-limit.ts'

/** Everything that the operator wants, as one frozen snapshot: a decision is made on one of them from end to end. */
export interface Rules {
  /** Names this snapshot, e.g. a short hash of it. */
  readonly version: string
  /** Names are unique. */
  readonly budgets: readonly Budget[]
  /** As `withDefaultLimits` gives them. */
  readonly runLimits: readonly RunLimit[]
  /** Calls that a person decides. */
  readonly approvals: readonly ApprovalRule[]
  /** What becomes of a model without a price. */
  readonly unpriced: 'deny' | 'allow'
  readonly defaults: {
    /** Sent to the provider where the caller gives no limit. */
    readonly maxOutputTokens: number
    /** How long a hold of each kind stands without a word, milliseconds. */
    readonly holdMs: Readonly<Record<CallKind, number>>
  }
}
