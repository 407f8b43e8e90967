/** From least to most strict: the strictest that any rule asks for is the verdict. */
export const DECISIONS = ['allow', 'degrade', 'redact', 'wait', 'ask', 'deny'] as const
export type DecisionName = (typeof DECISIONS)[number]

export const REASON_CODES = [
  'BUDGET_EXCEEDED',
  'SWITCH_HELD',
  'SWITCH_TRIPPED',
  'UNPRICED_MODEL',
  'GUARD_BLOCKED',
  'GUARD_REDACTED',
  'TOOL_DENIED',
  'APPROVAL_REQUIRED',
  'CIRCUIT_OPEN',
  'RATE_LIMITED',
  'LOOP_DETECTED',
  'RUN_LIMIT',
  'LEDGER_UNAVAILABLE',
  'GATE_UNAVAILABLE',
  'ALREADY_SETTLED',
] as const
export type ReasonCode = (typeof REASON_CODES)[number]

/** A text, a list of messages, a request body, or arguments. */
export type CallInput = string | readonly unknown[] | Readonly<Record<string, unknown>>

/** Why: one per rule that speaks, the strictest first. The wire form, money in USD with at most nine decimals. */
export interface Reason {
  /** Name of the rule, e.g. `run-cap`, `switch:agent/refunds`. */
  readonly rule: string
  readonly code: ReasonCode
  /** One sentence for people: which limit, how much is gone, what frees it. */
  readonly message: string
  readonly scope?: string
  readonly limitUsd?: number
  readonly spentUsd?: number
  readonly heldUsd?: number
  /** ISO instant at which the rule's window ends. */
  readonly resetsAt?: string
  /** True when the same call, asked again later with another ID, may be allowed. */
  readonly retryable: boolean
  /** True for a rule in shadow mode: judged, reported, not enforced. */
  readonly shadow?: true
}

/** The question that an `ask` made. */
export interface PendingApproval {
  /** Also the ID of the call that a yes lets happen: the same body, checked with this ID. */
  readonly id: string
  /** ISO instant at which silence becomes a no. */
  readonly expiresAt: string
}

/** The gate's answer, as it goes over the wire and into the journal. */
export interface Verdict {
  readonly decision: DecisionName
  /** The call's ID. Null when nothing is held. */
  readonly holdId: string | null
  readonly heldUsd: number
  /** Present when the call is to use this model. */
  readonly model?: string
  /** What the call must send as its output limit. Present for model calls that may run. */
  readonly maxOutputTokens?: number
  /** Present when the input, or a tool's arguments, were redacted: what goes in instead, in the form in which it was sent. */
  readonly input?: CallInput
  /** Present when the output has to pass `POST /v1/guard/stream` on its way: some policy in force may hide or stop it. */
  readonly guard?: { readonly output: 'stream' }
  /** ISO instant at which an unsettled hold counts as spent. Null when nothing is held. */
  readonly expiresAt: string | null
  /** Present when a person is asked. */
  readonly approval?: PendingApproval
  readonly reasons: readonly Reason[]
}
