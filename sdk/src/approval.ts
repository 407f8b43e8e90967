import { urlOf } from './admission.ts'
import { DeniedError, SettingError } from './denied-error.ts'
import { state } from './state.ts'
import type { Approval } from './wire.ts'
import { hear } from './word.ts'

export interface ApprovalOptions {
  /** The longest that this waits, milliseconds; 0 only looks. @default until silence becomes a no */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The word of a person on a call for which one is asked: the `id` of a DeniedError's `approval`. Resolves with it, and as
 * it stands when the wait is over. With a yes, `guard({ …, approval: id }, fn)` makes the call, once.
 *
 * Rejects with a DeniedError `GATE_UNAVAILABLE` where the collector could not be asked, with a SettingError where it knows
 * no such approval, and with the reason of `signal`.
 */
export async function approval(id: string, { waitMs, signal }: ApprovalOptions = {}): Promise<Approval> {
  const { governor } = state
  const heard =
    governor === undefined || governor.closed
      ? ({ kind: 'away', why: 'telemetry is not started' } as const)
      : await hear(governor.wire, id, waitMs ?? Number.POSITIVE_INFINITY, signal)
  if (heard.kind === 'word') return heard.approval
  if (heard.kind === 'unknown')
    throw new SettingError('OUT_SETTING_INVALID', 'approval', `${id} is no approval that this collector knows`)
  const message = `The gate could not be asked for approval ${id} (${heard.why}).`
  const reason = { rule: 'gate', code: 'GATE_UNAVAILABLE', message, retryable: true } as const
  throw new DeniedError([reason], governor === undefined ? '' : urlOf(governor, ''))
}
