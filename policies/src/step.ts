import { accountId, type Balance, type Claim } from './account.ts'
import { judgeApprovals } from './approval.ts'
import type { Call } from './call.ts'
import { cheapest, isCheaper, withOutputLimit } from './cheaper.ts'
import { claimsOf, isCovered } from './claim.ts'
import { costOf } from './cost.ts'
import type { Facts, ParentFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { climb, degraded, type RungChange, refuses } from './ladder.ts'
import { type NanoUsd, usdFromNano, usdText } from './money.ts'
import { judgeDegrade, judgeMissing, judgeRoom, judgeRung, type Stand } from './room.ts'
import type { Rules } from './rule.ts'
import { judgeRunLimits } from './run-limit.ts'
import { judgeSwitches } from './switch.ts'

/** One form of a call, judged: as it was asked for, or made cheaper. */
export interface Step {
  readonly call: Call
  readonly amount: NanoUsd
  readonly claims: readonly Claim[]
  /** Everything that is said about this form. */
  readonly findings: readonly Finding[]
  /** The next cheaper form that ladders ask for, by which rungs, and what they say; null when none does. */
  readonly cheaper: { readonly call: Call; readonly by: readonly string[]; readonly because: readonly Finding[] } | null
  readonly rungs: readonly RungChange[]
}

/** Everything that can be said about one form of a call. `balances` by account ID; `used`: rungs that led to this form. */
export function judgeStep(
  call: Call,
  rules: Rules,
  facts: Facts,
  balances: ReadonlyMap<string, Balance>,
  used: ReadonlySet<string>,
  now: number,
): Step {
  const cost = costOf(call, rules, facts.price)
  const { claims, missing } = claimsOf(call, rules, now)
  const own = claims.filter(({ claim }) => !isCovered(claim, facts.parent?.accounts ?? []))
  const findings: Finding[] = [
    ...cost.findings,
    ...missing.map(({ budget, scopes }) => judgeMissing(budget, scopes)),
    ...judgeSwitches(facts.switches, call, facts.parent?.agents ?? [], now),
    ...judgeRunLimits(rules.runLimits, call, facts.run, now),
    ...judgeParent(call, facts.parent, cost.amount),
    ...[...facts.said, ...judgeApprovals(rules.approvals, call, cost.amount)].filter(
      ({ decision }) => decision !== 'ask' || !facts.approved,
    ),
  ]
  const offers: { readonly id: string; readonly to: Call; readonly finding: Finding }[] = []
  const rungs: RungChange[] = []
  for (const { claim, budget } of own) {
    const stand = standOf(claim, budget, balances)
    const full = judgeRoom(stand, cost.amount)
    if (full !== null) findings.push(full)
    if (budget === null) continue
    for (const { id, rung, taken, change } of climb(budget, stand.balance, facts.engaged)) {
      if (change !== null) rungs.push(change)
      if (taken && refuses(rung, call)) findings.push(judgeRung(stand, rung, call))
      // what has no room is past every rung, and goes down as far as it takes
      if (full === null && (!taken || used.has(id))) continue
      const next = degraded(rung, call)
      const to = next === null ? null : withOutputLimit(next, rules, facts)
      if (to === null || !isCheaper(to, call, facts)) continue
      const finding = judgeDegrade(stand, rung, call, to)
      if (budget.shadow) findings.push(finding)
      else offers.push({ id, to, finding })
    }
  }
  const next = cheapest(
    offers.map(({ to }) => to),
    facts,
  )
  return {
    call,
    amount: cost.amount,
    claims: own.map(({ claim }) => claim),
    findings,
    cheaper:
      next === null
        ? null
        : { call: next, by: offers.map(({ id }) => id), because: offers.map(({ finding }) => finding) },
    rungs,
  }
}

function standOf(claim: Claim, budget: Stand['budget'], balances: ReadonlyMap<string, Balance>): Stand {
  const balance = balances.get(accountId(claim))
  if (balance === undefined) throw new RangeError(`facts lack the balance of ${accountId(claim)}`)
  return { budget, balance, limit: claim.lowest === true && balance.limit < claim.limit ? balance.limit : claim.limit }
}

/** Refuses what draws on a hold that is over, or has too little left. */
function judgeParent(call: Call, parent: ParentFacts | null, amount: NanoUsd): readonly Finding[] {
  if (parent === null || (parent.open && amount <= parent.left)) return []
  const message = parent.open
    ? `Hold ${parent.id} was lent ${usdText(parent.amount)} and has ${usdText(parent.left)} left; this ${call.kind} call may cost ${usdText(amount)}.`
    : `Hold ${parent.id} is not open: nothing can be drawn from it. Ask for a new one, or without parentHoldId.`
  return [
    {
      decision: 'deny',
      reason: {
        rule: `hold:${parent.id}`,
        code: 'BUDGET_EXCEEDED',
        message,
        limitUsd: usdFromNano(parent.amount),
        spentUsd: usdFromNano(parent.spent),
        heldUsd: usdFromNano(Math.max(0, parent.amount - parent.left - parent.spent)),
        retryable: parent.open && amount <= parent.amount,
      },
    },
  ]
}
