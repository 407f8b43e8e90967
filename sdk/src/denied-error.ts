import type { StopReason } from './stop-reason.ts'
import type { PendingApproval, Reason, ReasonCode } from './wire.ts'

/**
 * The call is not to happen. The only thing that Outrider throws into a working application.
 * Terminal for this call: asked again it is refused again, unless `retryable` says that a later one may fit.
 */
export class DeniedError extends Error {
  override readonly name = 'DeniedError'
  /** Of the strictest rule that spoke. */
  readonly code: ReasonCode
  /** Every rule that spoke, the strictest first: which limit, how much is gone, until when. */
  readonly reasons: readonly Reason[]
  /** True when the same call may be allowed later. */
  readonly retryable: boolean
  /** Where the run and the refusal are shown. */
  readonly traceUrl: string
  /** Where a person is still to decide: wait with `outrider.approval(id)`. */
  readonly approval: PendingApproval | undefined

  constructor(reasons: readonly Reason[], traceUrl: string, cause?: unknown, approval?: PendingApproval) {
    const first = reasons.find(({ shadow }) => shadow !== true)
    super(first?.message ?? 'The gate denies this call.', cause === undefined ? {} : { cause })
    this.code = first?.code ?? 'GATE_UNAVAILABLE'
    this.reasons = reasons
    this.retryable = first?.retryable ?? false
    this.traceUrl = traceUrl
    this.approval = approval
  }
}

/** What the application said, or did not say, cannot govern money. A mistake in its code, told where it is made. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code: 'OUT_SETTING_MISSING' | 'OUT_SETTING_INVALID'
  /** The option in question. */
  readonly field: string

  constructor(code: SettingError['code'], field: string, message: string) {
    super(message)
    this.code = code
    this.field = field
  }
}

const STOPS: Partial<Readonly<Record<ReasonCode, StopReason>>> = {
  BUDGET_EXCEEDED: 'budget_exceeded',
  UNPRICED_MODEL: 'budget_exceeded',
  SWITCH_HELD: 'killed',
  SWITCH_TRIPPED: 'killed',
  GUARD_BLOCKED: 'guard_blocked',
  TOOL_DENIED: 'guard_blocked',
  APPROVAL_REQUIRED: 'guard_blocked',
  CIRCUIT_OPEN: 'circuit_open',
  LOOP_DETECTED: 'circuit_open',
  RATE_LIMITED: 'rate_limited',
  RUN_LIMIT: 'max_turns',
}

/** Why a run ends that a denial leaves; undefined for other errors. By name, as there may be two copies of this package. */
export function stopOfDenial(error: Error): StopReason | undefined {
  if (error.name !== 'DeniedError' || !('code' in error)) return undefined
  return STOPS[error.code as ReasonCode] ?? 'error'
}
