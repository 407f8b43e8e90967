/** The gate's own verbs, for those who order a call's steps themselves. `guard` is the easier way. */
import { ask } from './admission.ts'
import { present } from './asking.ts'
import { here } from './money.ts'
import { state } from './state.ts'
import type { CheckRequest, SettleAnswer, SettleRequest, Verdict } from './wire.ts'

/** What is known from the run around is filled in: IDs, agent, people, budget. */
export type CheckOptions = Partial<CheckRequest> & Pick<CheckRequest, 'kind'>

const OPEN: Verdict = { decision: 'allow', holdId: null, heldUsd: 0, expiresAt: null, reasons: [] }

/**
 * May this happen? Resolves with the verdict, a denial too, in time whatever the collector does: then with what
 * `onUnavailable` says. Rejects only with a SettingError, where that is not chosen. Before `start`: allowed.
 */
async function check(call: CheckOptions): Promise<Verdict> {
  const { governor } = state
  if (governor === undefined) return OPEN
  const { place, purse } = here()
  const parentHoldId = await purse
  const request = { ...place, ...(parentHoldId && { parentHoldId }), ...present(call) } as CheckRequest
  return await ask(governor, request)
}

/** What a call cost. Told again until the collector takes it; undefined where it never did. Never rejects. */
async function settle(request: SettleRequest): Promise<SettleAnswer | undefined> {
  const { governor } = state
  return governor === undefined || governor.closed ? undefined : await governor.client.settle(request)
}

/** The call did not happen: what was held is free. As `settle`. */
async function release(holdId: string): Promise<SettleAnswer | undefined> {
  const { governor } = state
  return governor === undefined || governor.closed ? undefined : await governor.client.release(holdId)
}

export const gate = { check, settle, release } as const
