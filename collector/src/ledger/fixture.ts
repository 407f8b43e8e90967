/** Requests of tests: what is not named is plain. */
import type { Claim, NanoUsd, Switch, Verdict } from '@outrider/policies'
import type { Balance, HoldRequest, Ledger } from './ledger.ts'

export const nano = (amount: number) => amount as NanoUsd

/** A clock that tests move. */
export interface Clock {
  ms: number
}

/** An account for life with a limit of 100, unless told otherwise. */
export function aClaim(budget = 'cap', over: Partial<Omit<Claim, 'limit'>> & { readonly limit?: number } = {}): Claim {
  const { limit = 100, ...rest } = over
  return { budget, key: 'all', window: { start: 0, end: null }, shadow: false, ...rest, limit: nano(limit) }
}

export const aVerdict = (over: Partial<Verdict> = {}): Verdict => ({
  ...{ decision: 'allow', holdId: null, heldUsd: 0, expiresAt: null, reasons: [] },
  ...over,
})

let made = 0

export function aHold(over: Partial<Omit<HoldRequest, 'amount'>> & { readonly amount?: number } = {}): HoldRequest {
  const { amount = 10, id = `call-${++made}`, ...rest } = over
  return {
    ...{
      id,
      fingerprint: `of ${id}`,
      tenantId: null,
      kind: 'model',
      traceId: 'a'.repeat(32),
      spanId: null,
      agent: null,
    },
    ...{
      claims: [aClaim()],
      parentId: null,
      expiresAt: 60_000,
      memo: `memo of ${id}`,
      verdict: aVerdict({ holdId: id }),
    },
    ...rest,
    amount: nano(amount),
  }
}

export const aSwitch = (over: Partial<Switch> = {}): Switch => ({
  ...{
    scope: 'agent',
    name: 'refunds',
    state: 'held',
    reason: 'enough',
    by: 'ann',
    since: 1,
    until: null,
    tenantId: null,
  },
  ...over,
})

/** What stands on one account, as `[held, spent, unbacked, ungoverned, uncertain]`. */
export async function money(ledger: Ledger, claim: Claim = aClaim()): Promise<readonly number[]> {
  const [balance] = await ledger.balances([claim])
  return figures(balance!)
}

export const figures = ({ held, spent, unbacked, ungoverned, uncertain }: Balance): readonly number[] => [
  held,
  spent,
  unbacked,
  ungoverned,
  uncertain,
]
