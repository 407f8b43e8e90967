import { accountId, type Claim } from './account.ts'
import type { Call } from './call.ts'
import { withOutputLimit } from './cheaper.ts'
import type { Facts } from './facts.ts'
import { type Finding, reasonsOf, strictest } from './finding.ts'
import { instant } from './instant.ts'
import type { RungChange } from './ladder.ts'
import { type NanoUsd, usdFromNano } from './money.ts'
import type { Rules } from './rule.ts'
import { judgeStep } from './step.ts'
import type { DecisionName, Verdict } from './verdict.ts'

export interface Decided {
  readonly verdict: Verdict
  /** To hold in this same tick; `expiresAt` in milliseconds since 1970. Null: refused. */
  readonly hold: {
    readonly amount: NanoUsd
    /** Those that no hold above the call stands on: with a parent, the amount is drawn from it and held on these. */
    readonly claims: readonly Claim[]
    readonly expiresAt: number
  } | null
  /** The most that the call may cost, where a person is asked; else null. */
  readonly asks: NanoUsd | null
  /** The call as it may run: with its output limit, on the model that it was turned to. As asked when refused. */
  readonly call: Call
  /** Ladder rungs that went on or off: remember those that are on for the next `facts.engaged`. */
  readonly rungs: readonly RungChange[]
}

/**
 * May this call happen? Pure: the same call, rules, facts and `now` (milliseconds since 1970) give the same answer.
 *
 * The call as asked is judged first. Where ladders make it cheaper, or where it has no room and a ladder could make it
 * fit, the cheaper form is judged the same way, and so on down. The cheapest form that may run is the answer; if none
 * may, a person is asked where one of them might then run; else the answer is a refusal. A call is never made dearer, and never refused because its cheaper form may not run.
 *
 * Throws `RangeError` when `facts.balances` lacks an account of `accountsOf(call, rules, now)`.
 */
export function decide(asked: Call, rules: Rules, facts: Facts, now: number): Decided {
  const balances = new Map(facts.balances.map((balance) => [accountId(balance), balance]))
  const used = new Set<string>()
  const steps = [judgeStep(withOutputLimit(asked, rules, facts), rules, facts, balances, used, now)]
  for (let next = steps[0]!.cheaper; next !== null; next = steps.at(-1)!.cheaper) {
    for (const rung of next.by) used.add(rung)
    steps.push(judgeStep(next.call, rules, facts, balances, used, now))
  }
  const rungs = [...new Map(steps.flatMap((step) => step.rungs).map((change) => [change.id, change])).values()]
  const chosen = steps.findLastIndex(({ findings }) => goesOn(strictest(findings)))
  const asking = steps.findLast(({ findings }) => strictest(findings) === 'ask')
  if (chosen < 0 && asking !== undefined) {
    const { call, amount, findings } = asking
    return { verdict: nothingHeld('ask', reasonsOf(findings)), hold: null, asks: amount, call, rungs }
  }
  if (chosen < 0) {
    // the form that has most hope says what stands in the way
    const { findings } = steps.findLast((step) => isRetryable(step.findings)) ?? steps[0]!
    return {
      verdict: nothingHeld('deny', reasonsOf(findings)),
      hold: null,
      asks: null,
      call: steps[0]!.call,
      rungs,
    }
  }
  const { call, amount, claims, findings } = steps[chosen]!
  const because = [...steps.slice(0, chosen).flatMap((step) => step.cheaper?.because ?? []), ...findings]
  const expiresAt = now + rules.defaults.holdMs[call.kind]
  return {
    verdict: {
      decision: strictest(because),
      holdId: call.id,
      heldUsd: usdFromNano(amount),
      ...(call.model === asked.model || call.model === null ? {} : { model: call.model }),
      ...(call.kind === 'model' && call.maxOutputTokens !== null ? { maxOutputTokens: call.maxOutputTokens } : {}),
      expiresAt: instant(expiresAt),
      reasons: reasonsOf(because),
    },
    hold: { amount, claims, expiresAt },
    asks: null,
    call,
    rungs,
  }
}

const nothingHeld = (decision: 'ask' | 'deny', reasons: Verdict['reasons']): Verdict => {
  return { decision, holdId: null, heldUsd: 0, expiresAt: null, reasons }
}

const goesOn = (decision: DecisionName): boolean => decision === 'allow' || decision === 'redact'

const isRetryable = (findings: readonly Finding[]): boolean =>
  findings.every(({ decision, reason }) => decision !== 'deny' || reason.shadow === true || reason.retryable)
