import { type Budget, RUN_BUDGET, type Rules, usdFromNano, type WireBudget, windowAt } from '@outrider/policies'
import type { Balance } from '../ledger/ledger.ts'

/**
 * Accounts as `GET /api/budgets` lists them, by rule and then dearest first; after them the budgets on which nothing has
 * happened yet. Accounts of windows that are over, and of budgets that no rule names any more, are left out. For a key
 * that is bound to a tenant only accounts that are that tenant's alone.
 */
export function budgetList(
  rules: Rules,
  balances: readonly Balance[],
  tenant: string | null,
  now: number,
): WireBudget[] {
  const listed = balances.filter(({ window }) => window.end === null || window.end > now)
  const ofRules = rules.budgets.flatMap((budget) => {
    const own = listed
      .filter((balance) => balance.budget === budget.name && isOf(budget, balance.key, tenant))
      .sort((a, b) => b.spent + b.held - a.spent - a.held)
    if (own.length > 0) return own.map((balance) => entry(budget, { ...balance, limit: budget.limit }))
    return [entry(budget, untouched(budget, now))]
  })
  const ofRuns = tenant === null ? listed.filter(({ budget }) => budget === RUN_BUDGET) : []
  return [...ofRules, ...ofRuns.map((balance) => entry({ name: RUN_BUDGET, scope: ['run'], shadow: false }, balance))]
}

function isOf({ scope }: Budget, key: string, tenant: string | null): boolean {
  if (tenant === null) return true
  const at = scope.indexOf('tenant')
  if (at < 0) return false
  if (scope.length === 1) return key === tenant
  const part = key.split('/')[at] ?? ''
  return part === tenant || part === encodeURIComponent(tenant)
}

function entry({ name, scope, shadow }: Pick<Budget, 'name' | 'scope' | 'shadow'>, balance: Balance): WireBudget {
  const { start, end, rollingMs } = balance.window
  return {
    name,
    scope: scope.join('/'),
    key: balance.key,
    window: {
      start: start === 0 || rollingMs !== undefined ? null : new Date(start).toISOString(),
      end: end === null ? null : new Date(end).toISOString(),
    },
    limitUsd: usdFromNano(balance.limit),
    spentUsd: usdFromNano(balance.spent),
    heldUsd: usdFromNano(balance.held),
    unbackedUsd: usdFromNano(balance.unbacked),
    ungovernedUsd: usdFromNano(balance.ungoverned),
    uncertainUsd: usdFromNano(balance.uncertain),
    shadow,
  }
}

function untouched({ name: budget, limit, window, scope }: Budget, now: number): Balance {
  const key = scope.length === 1 && scope[0] === 'global' ? 'all' : ''
  const nothing = { held: 0, spent: 0, unbacked: 0, ungoverned: 0, uncertain: 0 }
  return { budget, key, window: windowAt(window, now), limit, ...nothing }
}
