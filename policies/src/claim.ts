import { type Account, accountId, type Claim } from './account.ts'
import type { Budget } from './budget.ts'
import type { Call } from './call.ts'
import { modelsBelow } from './ladder.ts'
import { matches } from './match.ts'
import type { Rules } from './rule.ts'
import { type Scope, scopeName } from './scope.ts'
import { windowAt } from './window.ts'

/** The budget of the cap that a run's own code named. */
export const RUN_BUDGET = 'run:budgetUsd'

/** Which money a call touches. */
export interface Claims {
  /** In the order of the rules. `budget` null: the run's own cap. */
  readonly claims: readonly { readonly claim: Claim; readonly budget: Budget | null }[]
  /** Budgets that are meant and can not be kept, because the call does not say for whom it is. */
  readonly missing: readonly { readonly budget: Budget; readonly scopes: readonly Scope[] }[]
}

/** The accounts that the rules put this call on, as it stands: another model may be on others. */
export function claimsOf(call: Call, rules: Rules, now: number): Claims {
  const claims: { claim: Claim; budget: Budget | null }[] = []
  const missing: { budget: Budget; scopes: readonly Scope[] }[] = []
  for (const budget of rules.budgets) {
    if (!isMeant(budget, call)) continue
    const lacking = budget.scope.filter((scope) => !scopeName(call, scope))
    if (lacking.length > 0) {
      missing.push({ budget, scopes: lacking })
      continue
    }
    claims.push({
      budget,
      claim: {
        budget: budget.name,
        key: keyOf(budget.scope, call),
        window: windowAt(budget.window, now),
        limit: budget.limit,
        shadow: budget.shadow,
      },
    })
  }
  if (call.runLimit !== null) {
    claims.push({ budget: null, claim: runClaim(call.traceId, call.runLimit) })
  }
  return { claims, missing }
}

/** Every account that `decide` may look at for this call, also on the models that a ladder may turn it to. */
export function accountsOf(call: Call, rules: Rules, now: number): readonly Claim[] {
  const found = new Map<string, Claim>()
  for (const model of [call.model, ...modelsBelow(call, rules)]) {
    for (const { claim } of claimsOf({ ...call, model }, rules, now).claims) found.set(accountId(claim), claim)
  }
  return [...found.values()]
}

/** A budget of tools has no word on models, nor the other way round: they lack no name, they are something else. */
function isMeant(budget: Budget, call: Call): boolean {
  if (budget.scope.includes('tool') && call.kind !== 'tool') return false
  if (budget.scope.includes('model') && call.kind !== 'model' && call.kind !== 'lease') return false
  return matches(budget.match, call)
}

/** In the order of the scope. Parts of a combined key are escaped only where they would read as two. */
function keyOf(scopes: readonly Scope[], call: Call): string {
  const parts = scopes.map((scope) => scopeName(call, scope)!)
  return parts.length === 1
    ? parts[0]!
    : parts.map((part) => (/[/%]/.test(part) ? encodeURIComponent(part) : part)).join('/')
}

function runClaim(traceId: string, limit: Claim['limit']): Claim {
  return {
    budget: RUN_BUDGET,
    key: traceId,
    window: windowAt({ kind: 'life' }, 0),
    limit,
    shadow: false,
    lowest: true,
  }
}

/** A hold above the call stands on this budget already, for the same key: what the call draws is part of it. */
export function isCovered(claim: Claim, above: readonly Account[]): boolean {
  return above.some((account) => account.budget === claim.budget && account.key === claim.key)
}
