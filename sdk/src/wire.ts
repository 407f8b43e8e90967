/**
 * What the gate is asked and what it answers, as it goes over the wire: the types of the policies room, told again so that
 * this package stands alone, and read here so that an answer which is none is never taken for one.
 */
type Decision = 'allow' | 'degrade' | 'redact' | 'wait' | 'ask' | 'deny'

export type ReasonCode =
  | 'BUDGET_EXCEEDED'
  | 'SWITCH_HELD'
  | 'SWITCH_TRIPPED'
  | 'UNPRICED_MODEL'
  | 'GUARD_BLOCKED'
  | 'GUARD_REDACTED'
  | 'TOOL_DENIED'
  | 'APPROVAL_REQUIRED'
  | 'CIRCUIT_OPEN'
  | 'RATE_LIMITED'
  | 'LOOP_DETECTED'
  | 'RUN_LIMIT'
  | 'LEDGER_UNAVAILABLE'
  | 'GATE_UNAVAILABLE'
  | 'ALREADY_SETTLED'

/** Why: one per rule that speaks, the strictest first. Money in USD. */
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

/** A text, a list of messages, a request body, or arguments. */
type CallInput = string | readonly unknown[] | Readonly<Record<string, unknown>>

/** By these bounds calls are priced against a lease, in whole nano-dollars. */
export interface LeaseTerms {
  readonly provider?: string
  readonly model: string
  readonly inputNanoPerToken: number
  readonly outputNanoPerToken: number
  readonly requestNano: number
  readonly maxOutputTokens: number
}

/** The question that an `ask` made. */
export interface PendingApproval {
  /** Also the ID of the call that a yes lets happen: the same body, checked with this ID. */
  readonly id: string
  /** ISO instant at which silence becomes a no. */
  readonly expiresAt: string
}

/** The word of a person. */
export interface Approval extends PendingApproval {
  readonly state: 'pending' | 'approved' | 'denied' | 'expired'
  readonly by: string | null
  readonly reason: string
}

export interface Verdict {
  readonly decision: Decision
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

export interface LeaseVerdict extends Verdict {
  readonly lease?: LeaseTerms
}

/** What is about to be done. Unknown is left out. */
export interface CheckRequest {
  readonly id: string
  readonly traceId: string
  readonly spanId?: string
  readonly parentSpanId?: string
  readonly kind: 'model' | 'tool' | 'agent' | 'lease'
  readonly agent?: string
  readonly workflow?: string
  readonly userId?: string
  readonly tenantId?: string
  readonly sessionId?: string
  readonly provider?: string
  readonly model?: string
  /** Upper bound of the tokens that go in. Goes before `inputBytes` and `input`. */
  readonly inputTokens?: number
  /** UTF-8 bytes of everything that goes in. */
  readonly inputBytes?: number
  readonly input?: CallInput
  /** Images that go in beside `inputBytes` or a text. */
  readonly images?: number
  readonly maxOutputTokens?: number
  readonly estimateUsd?: number
  readonly tool?: { readonly name: string; readonly args?: unknown }
  readonly priority?: 'critical' | 'normal' | 'batch'
  readonly parentHoldId?: string
  readonly runBudgetUsd?: number
  readonly depth?: number
}

/** What the provider counted. `inputTokens` includes both cache counts, `outputTokens` includes reasoning. */
export interface SettledUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
  readonly reasoningTokens?: number
}

export interface SettleRequest {
  readonly holdId: string
  readonly usage?: SettledUsage
  /** What the provider says it billed; goes before the price of `usage`. */
  readonly costUsd?: number
  /** Output tokens that were counted as they came, where the provider told no usage. */
  readonly streamedTokens?: number
  readonly status: 'ok' | 'error' | 'cancelled'
  readonly finishReason?: string
  readonly output?: string
}

export interface SettleAnswer {
  readonly decision: Decision
  /** That hold's own true cost. */
  readonly spentUsd: number
  /** The part of it beyond what was held; present when there is one. */
  readonly unbackedUsd?: number
  readonly output?: string
  readonly reasons: readonly Reason[]
}

export function approvalOf(answer: unknown): Approval | undefined {
  if (!isPending(answer)) return undefined
  const { id, expiresAt, state, by, reason } = answer as Partial<Approval> & PendingApproval
  if (state !== 'pending' && state !== 'approved' && state !== 'denied' && state !== 'expired') return undefined
  return { id, expiresAt, state, by: by ?? null, reason: reason ?? '' }
}

const isPending = (told: unknown): told is PendingApproval =>
  isObject(told) && typeof told.id === 'string' && typeof told.expiresAt === 'string'

/** A stop on one name of one scope, or its end. */
export interface SwitchEvent {
  readonly scope: 'global' | 'tenant' | 'user' | 'session' | 'workflow' | 'agent' | 'run' | 'model' | 'tool'
  readonly name: string
  readonly state: 'held' | 'tripped' | 'freed'
  readonly reason: string
  readonly by: string
  readonly since: string
  readonly until?: string
}

const DECISIONS: ReadonlySet<unknown> = new Set<Decision>(['allow', 'degrade', 'redact', 'wait', 'ask', 'deny'])

/** Undefined where `answer` is no verdict: then nobody has decided anything. */
export function verdictOf(answer: unknown): LeaseVerdict | undefined {
  if (!isObject(answer) || !DECISIONS.has(answer.decision) || !Array.isArray(answer.reasons)) return undefined
  const { holdId, heldUsd, model, maxOutputTokens, expiresAt, lease, guard } = answer
  const sound =
    (holdId === null || typeof holdId === 'string') &&
    isAmount(heldUsd) &&
    (model === undefined || typeof model === 'string') &&
    (maxOutputTokens === undefined || isAmount(maxOutputTokens)) &&
    (expiresAt === null || typeof expiresAt === 'string') &&
    (lease === undefined || isTerms(lease)) &&
    (answer.approval === undefined || isPending(answer.approval)) &&
    (guard === undefined || isObject(guard)) &&
    answer.reasons.every((reason) => isObject(reason) && typeof reason.code === 'string')
  return sound ? (answer as unknown as LeaseVerdict) : undefined
}

export function settleAnswerOf(answer: unknown): SettleAnswer | undefined {
  return isObject(answer) && isAmount(answer.spentUsd) ? (answer as unknown as SettleAnswer) : undefined
}

export function switchEventOf(answer: unknown): SwitchEvent | undefined {
  if (!isObject(answer)) return undefined
  const { scope, name, state } = answer
  const sound = typeof scope === 'string' && typeof name === 'string' && typeof state === 'string'
  return sound ? (answer as unknown as SwitchEvent) : undefined
}

function isTerms(lease: unknown): lease is LeaseTerms {
  if (!isObject(lease)) return false
  const { inputNanoPerToken, outputNanoPerToken, requestNano, maxOutputTokens } = lease
  return [inputNanoPerToken, outputNanoPerToken, requestNano, maxOutputTokens].every(isAmount)
}

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
