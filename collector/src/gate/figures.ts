/** The gate's numbers for `/metrics`. Labels are the names of rules and the codes of reasons, both closed sets. */
import { usdFromNano, type Verdict } from '@outrider/policies'
import type { Balance, Hold, Ledger } from '../ledger/ledger.ts'
import type { Metrics } from '../metrics.ts'

export interface Figures {
  answered(verdict: Verdict, seconds: number): void
  /** A hold ended with what was billed. */
  billed(hold: Hold, unbacked: number): void
  uncertain(hold: Hold): void
  /** A person, or the clock, ended a question. */
  decided(state: string): void
  /** Reads the accounts, for the scrape that follows. */
  refresh(): Promise<void>
}

export function createFigures(metrics: Metrics, ledger: Pick<Ledger, 'accounts' | 'open' | 'switches'>): Figures {
  const checks = metrics.counter('gate_checks', 'Checks by decision.')
  const refused = metrics.counter('gate_refused', 'Refused checks by the code of their first reason.')
  const seconds = metrics.seconds('gate_check_seconds', 'Time to answer a check, journal included.')
  const heldUsd = metrics.counter('gate_held_usd', 'Money held for calls that ended since the start.')
  const billedUsd = metrics.counter('gate_billed_usd', 'Money billed on holds that ended since the start.')
  const unbackedUsd = metrics.counter('gate_unbacked_usd', 'Money billed beyond its hold: 0 while bounds are bounds.')
  const uncertainUsd = metrics.counter('gate_uncertain_usd', 'Money of holds that ended without a word.')
  const decided = metrics.counter('approvals_decided', 'Questions to people that ended, by how.')
  let held = 0
  let billed = 0
  let accounts: readonly Balance[] = []
  let open = 0
  const sums = (read: (balance: Balance) => number) => () => {
    const byBudget = new Map<string, number>()
    for (const balance of accounts) byBudget.set(balance.budget, (byBudget.get(balance.budget) ?? 0) + read(balance))
    return [...byBudget].map(([budget, nano]) => [{ budget }, usdFromNano(nano)] as const)
  }
  metrics.gauges(
    'budget_held_usd',
    'Held now, by budget, over its current accounts.',
    sums((balance) => balance.held),
  )
  metrics.gauges(
    'budget_spent_usd',
    'Spent, by budget, over its current accounts.',
    sums((balance) => balance.spent),
  )
  metrics.gauges(
    'budget_unbacked_usd',
    'Of that, beyond what was held.',
    sums((balance) => balance.unbacked),
  )
  metrics.gauges(
    'budget_uncertain_usd',
    'Of that, not told yet.',
    sums((balance) => balance.uncertain),
  )
  metrics.gauges(
    'budget_ungoverned_usd',
    'Of that, never asked for.',
    sums((balance) => balance.ungoverned),
  )
  metrics.gauges('budget_used_ratio', 'Spent and held by limit, of the fullest current account of a budget.', () => {
    const fullest = new Map<string, number>()
    for (const { budget, limit, spent, held } of accounts) {
      const used = limit > 0 ? (spent + held) / limit : 1
      fullest.set(budget, Math.max(fullest.get(budget) ?? 0, used))
    }
    return [...fullest].map(([budget, used]) => [{ budget }, used] as const)
  })
  metrics.gauge('gate_open_holds', 'Holds that are open; 1000 are counted at most.', () => open)
  metrics.gauge('gate_hold_tightness', 'Held by billed, of calls that ended since the start.', () => {
    return billed === 0 ? undefined : held / billed
  })
  metrics.gauges('switches', 'Switches that stand, by state.', () => {
    const standing = ledger.switches()
    return (['held', 'tripped'] as const).map((state) => [
      { state },
      standing.filter((stop) => stop.state === state).length,
    ])
  })
  return {
    answered({ decision, reasons }, took) {
      checks.add(1, { decision })
      seconds.record(took)
      const first = reasons.find(({ shadow }) => shadow !== true)
      if (decision === 'deny' && first !== undefined) refused.add(1, { reason: first.code })
    },
    billed({ kind, amount, spent }, unbacked) {
      if (unbacked > 0) unbackedUsd.add(usdFromNano(unbacked))
      if (kind !== 'model') return
      held += amount
      billed += spent
      heldUsd.add(usdFromNano(amount))
      billedUsd.add(usdFromNano(spent))
    },
    decided: (state) => decided.add(1, { state }),
    uncertain: ({ spent }) => uncertainUsd.add(usdFromNano(spent)),
    async refresh() {
      const [balances, holds] = await Promise.all([ledger.accounts(), ledger.open()])
      const now = Date.now()
      accounts = balances.filter(({ window }) => window.end === null || window.end > now)
      open = holds.length
    },
  }
}
