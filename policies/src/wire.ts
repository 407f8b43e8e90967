/**
 * What goes over the wire between an agent and the gate: `POST /v1/gate/check`, `settle`, `release` and the events of
 * `GET /v1/gate/stream`. Types only: the collector parses, the SDK writes. Money is USD with at most nine decimals.
 */
import type { CallKind, Priority } from './call.ts'
import type { Scope } from './scope.ts'
import type { SwitchState } from './switch.ts'
import type { CallInput, DecisionName, PendingApproval, Reason, Verdict } from './verdict.ts'

/** Body of `POST /v1/gate/check`. The answer is a `Verdict`. What is left out is unknown. */
export interface CheckRequest {
  /** The caller's own, 1 to 128 characters; also the ID of the hold. The same ID with the same body: the same answer. */
  readonly id: string
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits: the span of the call itself. Its telemetry settles the hold when nobody else does. */
  readonly spanId?: string
  /** 16 hexadecimal digits: the agent or run around the call. The decision's span hangs there: a refused call has none. */
  readonly parentSpanId?: string
  readonly kind: CallKind
  readonly agent?: string
  readonly workflow?: string
  readonly userId?: string
  /** Ignored where API keys are used: the key's tenant holds. */
  readonly tenantId?: string
  readonly sessionId?: string
  readonly provider?: string
  readonly model?: string
  /** Tokens that go in, as the caller counted them: an upper bound. Goes before `inputBytes` and `input`. */
  readonly inputTokens?: number
  /** UTF-8 bytes of everything that goes in: messages, tool definitions, schemas; images apart. No token is less. */
  readonly inputBytes?: number
  /** What goes in: a text, or the provider's own request body, or its list of messages. */
  readonly input?: CallInput
  /** Images that go in beside `inputBytes` or a text; those inside of messages are found by the gate. @default 0 */
  readonly images?: number
  /** Of the whole answer, reasoning included. */
  readonly maxOutputTokens?: number
  /** What this costs at most: tools, delegations (`agent`), leases, models without a price. */
  readonly estimateUsd?: number
  readonly tool?: { readonly name: string; readonly args?: unknown }
  /** @default 'normal' */
  readonly priority?: Priority
  /** An open hold of kind `agent` or `lease` that this call draws on. */
  readonly parentHoldId?: string
  /** The cap that the code gave its own run; the lowest that was ever named for the run holds. */
  readonly runBudgetUsd?: number
  /** How many agents stand above this call in its run. */
  readonly depth?: number
}

/** What the provider says that was used. `inputTokens` includes both cache counts, `outputTokens` includes reasoning. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
  readonly reasoningTokens?: number
}

export const SETTLE_STATUSES = ['ok', 'error', 'cancelled'] as const

/**
 * Body of `POST /v1/gate/settle`. Without `costUsd` the usage is priced; without both, what went in counts as spent and
 * what could have come out does not. A call that never reached its provider is released instead.
 */
export interface SettleRequest {
  readonly holdId: string
  readonly usage?: Usage
  /** What the provider says it billed; goes before the price of `usage`. */
  readonly costUsd?: number
  /** Output tokens that were counted as they came, where the provider told no usage. */
  readonly streamedTokens?: number
  readonly status: (typeof SETTLE_STATUSES)[number]
  readonly finishReason?: string
  readonly output?: string
}

/** Body of `POST /v1/gate/release`: the call did not happen. */
export interface ReleaseRequest {
  readonly holdId: string
}

/** Answer of `settle` and `release`. */
export interface SettleAnswer {
  readonly decision: DecisionName
  /** That hold's own true cost. */
  readonly spentUsd: number
  /** The part of it beyond what was held; present when there is one. */
  readonly unbackedUsd?: number
  /** Present when the output was redacted. */
  readonly output?: string
  readonly reasons: readonly Reason[]
}

/** A switch on the wire; `GET /api/switches` lists those that stand. */
export interface WireSwitch {
  readonly scope: Scope
  readonly name: string
  readonly state: SwitchState
  readonly reason: string
  readonly by: string
  /** ISO instant. */
  readonly since: string
  /** ISO instant at which a trip frees itself; absent: never. */
  readonly until?: string
}

/** SSE event `switch`. */
export type SwitchEvent = Omit<WireSwitch, 'state'> & { readonly state: SwitchState | 'freed' }

/** SSE event `policy`: which rules are in force. */
export interface PolicyEvent {
  readonly version: string
  /**
   * Present in the first event of a connection. `true`: what follows is what was missed since `Last-Event-ID`. `false`:
   * what follows are all switches that stand; whatever else the listener knows is freed.
   */
  readonly resumed?: boolean
}

/** What `check` of kind `lease` grants beside the verdict: the bounds by which calls are priced against the slice. */
export interface LeaseTerms {
  readonly provider?: string
  readonly model: string
  /** Nano-dollars a token, rounded up: the dearest that a token can cost, written to the cache or not. */
  readonly inputNanoPerToken: number
  /** Reasoning at the price of the dearer. */
  readonly outputNanoPerToken: number
  /** Nano-dollars a request, whatever its tokens. */
  readonly requestNano: number
  /** Output limit that every call must send. */
  readonly maxOutputTokens: number
}

/** The verdict of a lease. */
export interface LeaseVerdict extends Verdict {
  readonly lease?: LeaseTerms
}

/** One entry of `GET /api/budgets`: an account, or a budget on which nothing happened yet (`key` is then ''). */
export interface WireBudget {
  readonly name: string
  /** Scopes joined with `/`, e.g. `tenant/agent`. */
  readonly scope: string
  readonly key: string
  /** ISO instants; null: without end (or, for a life, without start). */
  readonly window: { readonly start: string | null; readonly end: string | null }
  readonly limitUsd: number
  readonly spentUsd: number
  readonly heldUsd: number
  readonly unbackedUsd: number
  readonly ungovernedUsd: number
  readonly uncertainUsd: number
  /** Judged and reported, not enforced. */
  readonly shadow: boolean
}

/** One entry of `decisions` in `GET /api/runs/{traceId}` (oldest first) and `GET /api/decisions` (newest first). */
export interface WireDecision {
  /** The call's ID, which is the hold's too. */
  readonly id: string
  readonly traceId: string
  readonly spanId: string | null
  readonly parentSpanId: string | null
  readonly parentHoldId: string | null
  /** ISO instant. */
  readonly time: string
  readonly kind: CallKind
  readonly decision: DecisionName
  readonly agent: string | null
  readonly workflow: string | null
  readonly model: string | null
  readonly toolName: string | null
  readonly heldUsd: number
  /** Null while the hold is open, and where nothing was held. */
  readonly spentUsd: number | null
  readonly state: 'open' | 'settled' | 'released' | 'expired' | 'refused'
  readonly expiresAt: string | null
  readonly reasons: readonly Reason[]
  /** Present where a person is, or was, asked. */
  readonly approval?: PendingApproval & Pick<WireApproval, 'state' | 'by' | 'reason' | 'decidedAt'>
}

export const APPROVAL_STATES = ['pending', 'approved', 'denied', 'expired'] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** A question to a person: one entry of `GET /api/approvals`. Times are ISO instants. */
export interface WireApproval extends PendingApproval {
  /** The ID that the call was asked for with; its answer stays `ask`. */
  readonly callId: string
  readonly state: ApprovalState
  readonly askedAt: string
  readonly decidedAt: string | null
  readonly by: string | null
  /** Why, in the words of who decided; '' where nothing was said. */
  readonly reason: string
  readonly traceId: string
  readonly spanId: string | null
  readonly parentSpanId: string | null
  readonly kind: CallKind
  readonly agent: string | null
  readonly workflow: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  readonly sessionId: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly toolName: string | null
  /** The tool's arguments as JSON text, as far as the content mode lets them be kept. */
  readonly args: string | null
  /** What it may cost at most. */
  readonly mostUsd: number
  /** The rules that want a person's word. */
  readonly reasons: readonly Reason[]
  /** Whether the approved call came, and what it was told then. */
  readonly call: 'waiting' | 'allowed' | 'refused'
}
