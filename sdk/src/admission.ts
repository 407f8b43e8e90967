/** How a call gets its pass: from a lease, else from the gate; else the denial is thrown. */
import { DeniedError, SettingError } from './denied-error.ts'
import type { Answer, GateClient } from './gate-client.ts'
import type { GuardClient } from './guard-client.ts'
import type { Drawn, Leases } from './lease.ts'
import type { Wire } from './post.ts'
import { sayOnce } from './say.ts'
import type { Settlement } from './settlement.ts'
import type { Covered, Switches } from './switches.ts'
import type { CheckRequest, Reason, Verdict } from './wire.ts'
import { wordOn } from './word.ts'

/** Everything that asking needs; one a process. */
export interface Governor {
  readonly client: GateClient
  readonly guards: GuardClient
  readonly switches: Switches
  readonly leases: Leases | undefined
  readonly onUnavailable: 'allow' | 'deny' | undefined
  /** How long a call waits for a person, milliseconds. */
  readonly approvalWaitMs: number
  readonly wire: Wire
  /** Origin of the pages. */
  readonly base: string
  /** True after the shutdown: nobody is asked any more. */
  closed: boolean
}

export interface Pass {
  readonly verdict: Verdict
  /** The hold, delegation or lease that covers the call. */
  readonly holdId: string | undefined
  /** Only the first one counts. */
  settle(settlement: Settlement): void
}

export const urlOf = ({ base }: Governor, traceId: string): string => `${base}/runs/${traceId}`

/** Throws the SettingError that tells what to choose. */
export function choiceOf({ onUnavailable, closed }: Governor, unchosen?: 'allow'): 'allow' | 'deny' {
  if (onUnavailable !== undefined || closed) return onUnavailable ?? 'allow'
  if (unchosen !== undefined) return unchosen
  throw new SettingError(
    'OUT_SETTING_MISSING',
    'onUnavailable',
    "start({ onUnavailable }) is not chosen: 'deny' stops guarded calls while the collector is away, 'allow' lets them go on.",
  )
}

/** Throws the SettingError that names the field. */
export function requireAmount(field: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0)) return
  throw new SettingError('OUT_SETTING_INVALID', field, `${field} must be a finite number from 0, not ${String(value)}`)
}

/** A budget in code is a promise, so what it is worth without the gate is chosen before the first call, not in need. */
function requireBudget(governor: Governor, { kind, runBudgetUsd, parentHoldId }: CheckRequest): void {
  requireAmount('budgetUsd', runBudgetUsd)
  if (kind === 'agent' || runBudgetUsd !== undefined || parentHoldId !== undefined) choiceOf(governor)
}

export interface AdmitSettings {
  /** What happens where the gate is away and `onUnavailable` is not chosen. @default a SettingError */
  readonly unchosen?: 'allow' | undefined
  /** Ends the wait for a person. */
  readonly signal?: AbortSignal | undefined
  /** The approval that this call was given. */
  readonly approval?: string | undefined
}

/**
 * Rejects with a DeniedError; with a SettingError where `onUnavailable` is not chosen and has to be: always under a
 * budget of the code's own, else unless `unchosen` says what happens then.
 */
export async function admit(
  governor: Governor,
  request: CheckRequest,
  covered: Covered,
  { unchosen, signal, approval }: AdmitSettings = {},
): Promise<Pass> {
  requireBudget(governor, request)
  const drawn = governor.closed || approval !== undefined ? undefined : await governor.leases?.draw(request, covered)
  if (drawn !== undefined) return leased(drawn)
  let verdict = await ask(governor, approval === undefined ? request : { ...request, id: approval }, unchosen)
  const question = verdict.decision === 'ask' ? verdict.approval : undefined
  const word = question && (await wordOn(governor, question.id, covered, signal))
  // whatever was said, the gate decides on it: yes is not yet a hold
  if (question && word !== undefined && word !== 'pending')
    verdict = await ask(governor, { ...request, id: question.id }, unchosen)
  if (!goesOn(verdict)) {
    // a hold under a word that this SDK cannot act on is of no use
    if (verdict.holdId !== null) void governor.client.release(verdict.holdId)
    throw new DeniedError(verdict.reasons, urlOf(governor, request.traceId), undefined, verdict.approval)
  }
  return { verdict, holdId: verdict.holdId ?? undefined, settle: once(settler(governor, verdict.holdId)) }
}

/** The gate's verdict, or the one that was chosen for when there is none. Rejects with a SettingError where it is not. */
export async function ask(governor: Governor, request: CheckRequest, unchosen?: 'allow'): Promise<Verdict> {
  requireBudget(governor, request)
  const answer: Answer = governor.closed
    ? { kind: 'unavailable', why: 'telemetry is shut down', retryable: false }
    : await governor.client.check(request)
  if (answer.kind === 'verdict') return answer.verdict
  const otherwise = choiceOf(governor, unchosen)
  // it may have been held without our hearing of it: a call that does not happen gives that back
  if (otherwise === 'deny' && !governor.closed && answer.retryable) void governor.client.release(request.id)
  if (otherwise === 'allow')
    sayOnce('ungoverned', `calls go on without the gate (${answer.why}), as onUnavailable says`)
  const reason: Reason = {
    rule: 'gate',
    code: 'GATE_UNAVAILABLE',
    message: `The gate could not be asked (${answer.why}).`,
    retryable: answer.retryable,
  }
  return { decision: otherwise, holdId: null, heldUsd: 0, expiresAt: null, reasons: [reason] }
}

export const goesOn = ({ decision }: Verdict) => decision === 'allow' || decision === 'degrade' || decision === 'redact'

function leased({ settle, holdId, guard, ...granted }: Drawn): Pass {
  const output = guard === undefined ? {} : { guard }
  return { verdict: { decision: 'allow', holdId, ...granted, ...output, reasons: [] }, holdId, settle }
}

function settler({ client }: Governor, holdId: string | null): (settlement: Settlement) => void {
  if (holdId === null) return () => {}
  return (settlement) => {
    if (settlement.kind === 'unused') return void client.release(holdId)
    const { kind: _, ...numbers } = settlement
    void client.settle({ holdId, ...numbers })
  }
}

function once(settle: Pass['settle']): Pass['settle'] {
  let done = false
  return (settlement) => {
    if (done) return
    done = true
    settle(settlement)
  }
}
