import type { Balance } from './account.ts'
import type { Budget } from './budget.ts'
import { instant } from './instant.ts'
import { usdText } from './money.ts'
import type { Switch } from './switch.ts'

/**
 * The switch that a budget trips when nothing of it is left, so that calls in flight are told to stop too; null when
 * something is left, or when the budget is not the whole of what such a switch would stop: combined scopes, budgets
 * that mean only some calls (`match`), shadow. Rolling budgets never trip either: they free little by little, and the
 * balance alone says when. What does not trip is refused by its balance all the same.
 */
export function tripOf(budget: Budget, balance: Balance, now: number): Switch | null {
  const [scope, ...more] = budget.scope
  if (scope === undefined || more.length > 0 || budget.shadow || Object.keys(budget.match).length > 0) return null
  if (balance.window.rollingMs !== undefined || !isUsedUp(budget, balance)) return null
  const { end } = balance.window
  if (end !== null && end <= now) return null
  return {
    scope,
    name: balance.key,
    state: 'tripped',
    reason: `${budget.name}: ${usdText(balance.spent)} of ${usdText(budget.limit)} is spent${end === null ? '' : ` until ${instant(end)}`}.`,
    by: tripper(budget.name),
    since: now,
    until: end,
    tenantId: null,
  }
}

/** Who trips for this budget: `by` of its switches. */
export const tripper = (budget: string): string => `budget:${budget}`

/** Whether a trip of this budget still stands: not once the budget is gone, has room again or begins a new window. */
export function staysTripped(
  stop: Switch,
  budget: Budget | undefined,
  balance: Balance | undefined,
  now: number,
): boolean {
  if (stop.until !== null && stop.until <= now) return false
  if (budget === undefined || budget.shadow || stop.by !== tripper(budget.name)) return false
  return balance === undefined ? budget.limit === 0 : isUsedUp(budget, balance)
}

const isUsedUp = (budget: Budget, balance: Balance): boolean => balance.spent >= budget.limit
