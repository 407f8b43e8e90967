/**
 * Trips the switch of a budget of which nothing is left, so that what is in flight is told to stop too, and frees it when
 * the budget has room again. The balance refuses in any case: a trip only makes it heard.
 */
import {
  type Account,
  type Balance,
  type Claim,
  isOver,
  type Rules,
  staysTripped,
  tripOf,
  windowAt,
} from '@outrider/policies'
import type { Ledger } from '../ledger/ledger.ts'
import type { Rulebook } from './rulebook.ts'

export interface TripperParts {
  readonly ledger: Ledger
  readonly rulebook: Rulebook
  now(): number
}

export interface Tripper {
  /** Looks at accounts on which something was billed. @param tenantId whose run it was */
  look(accounts: readonly Account[], tenantId: string | null): Promise<void>
  /** Frees the trips whose budget has room again, is gone, or has begun a new window. */
  review(): Promise<void>
}

/** A run or session that has used up its life's budget will not come back; its balance refuses it for ever. */
const DAY_MS = 86_400_000

export function createTripper({ ledger, rulebook, now }: TripperParts): Tripper {
  return {
    async look(accounts, tenantId) {
      const at = now()
      const rules = rulebook.at(at)
      const claims = accounts.flatMap((account) => claimOf(account, rules))
      if (claims.length === 0) return
      for (const balance of await ledger.balances(claims)) {
        const budget = rules.budgets.find(({ name }) => name === balance.budget)
        const trip = budget === undefined ? null : tripOf(budget, balance, at)
        if (trip === null) continue
        const { scope, name } = trip
        const own = scope === 'run' || scope === 'session'
        const stands = ledger.switches().some((stop) => stop.scope === scope && stop.name === name && !isOver(stop, at))
        if (stands) continue
        await ledger.setSwitch({
          ...trip,
          until: trip.until ?? (own ? at + DAY_MS : null),
          tenantId: own ? tenantId : null,
        })
      }
    },

    async review() {
      const at = now()
      const rules = rulebook.at(at)
      for (const stop of ledger.switches()) {
        if (stop.state !== 'tripped' || !stop.by.startsWith('budget:')) continue
        const budget = rules.budgets.find(({ name }) => stop.by === `budget:${name}`)
        const balance = budget === undefined ? undefined : await balanceOf(budget, stop.name, at)
        if (staysTripped(stop, budget, balance, at)) continue
        const reason = budget === undefined ? 'its budget is gone' : 'its budget has room again'
        await ledger.freeSwitch(stop, { by: stop.by, reason, machine: true })
      }
    },
  }

  async function balanceOf(budget: Rules['budgets'][number], key: string, at: number): Promise<Balance | undefined> {
    const { name, limit, shadow } = budget
    const [balance] = await ledger.balances([{ budget: name, key, window: windowAt(budget.window, at), limit, shadow }])
    return balance
  }
}

/** With the limit that the rules give it now. What no rule names any more trips nothing. */
function claimOf({ budget, key, window }: Account, { budgets }: Rules): readonly Claim[] {
  const rule = budgets.find(({ name }) => name === budget)
  return rule === undefined ? [] : [{ budget, key, window, limit: rule.limit, shadow: rule.shadow }]
}
