/** Double entry: every change of a hold moves up to the holds above it and out to the accounts, or it is a fault. */
import type { Account, Claim } from '@outrider/policies'
import { balanceOf, bill, fits, purseFault, relimit, slide } from './account.ts'
import type { Balance, Booking, HoldRequest } from './ledger.ts'
import type { Memory } from './memory.ts'
import type { AccountRecord, HoldRecord, RunRecord } from './record.ts'
import { difference, type Figures, faultOf, figuresOf, leftOf, opened, restand, shiftParent } from './standing.ts'

interface Step {
  readonly hold: HoldRecord
  readonly accounts: readonly AccountRecord[]
}

interface BooksParts {
  readonly memory: Memory
  readonly now: () => number
  /** What can not be is so: says why and throws. */
  readonly broken: (why: string) => never
}

const NO_TENANT = ''
const MAX_AGENTS = 1000
export const tenantOf = (tenantId: string | null): string => tenantId ?? NO_TENANT

export function createBooks({ memory, now, broken }: BooksParts) {
  const above = (hold: HoldRecord): HoldRecord | undefined => {
    if (hold.parentId === null) return undefined
    return (
      memory.hold(hold.tenant, hold.parentId) ?? broken(`hold ${hold.parentId} is gone, and ${hold.id} draws on it`)
    )
  }
  const lineOf = (hold: HoldRecord): readonly HoldRecord[] => {
    const line = [hold]
    for (let next = above(hold); next !== undefined; next = above(next)) line.push(next)
    return line
  }

  const shift = (account: AccountRecord, by: Figures, ungoverned: number, at: number) => {
    const { purse } = account
    const time = now()
    slide(purse, time)
    purse.held += by.reserve
    const { unbacked, uncertain } = by
    bill(purse, { backed: by.spent - unbacked, unbacked, ungoverned, uncertain }, at, time)
    const fault = purseFault(purse)
    if (fault !== undefined) broken(fault)
    memory.changeAccount(account)
  }

  /** Everything that a change of the hold will touch, read before anything is changed: reading may fail, the rest not. */
  const pathOf = (hold: HoldRecord): readonly Step[] =>
    lineOf(hold).map((next) => ({ hold: next, accounts: next.accounts.map((n) => numbered(n, next)) }))
  const numbered = (n: number, { id }: { readonly id: string }) =>
    memory.accountNumbered(n) ?? broken(`account ${n} of ${id} is gone`)

  const climb = ([step, ...rest]: readonly Step[], how: (hold: HoldRecord) => void, at: number): void => {
    if (step === undefined) return
    const before = figuresOf(step.hold)
    how(step.hold)
    restand(step.hold)
    const fault = faultOf(step.hold)
    if (fault !== undefined) broken(`hold ${step.hold.id}: ${fault}`)
    memory.changeHold(step.hold)
    const by = difference(figuresOf(step.hold), before)
    for (const account of step.accounts) shift(account, by, 0, at)
    climb(rest, (parent) => shiftParent(parent, by), at)
  }

  const balance = (claim: Claim): Balance => {
    const purse = memory.account(claim)?.purse
    if (purse !== undefined) slide(purse, now())
    return balanceOf(claim, purse)
  }

  const purses = (claims: readonly Claim[]): readonly AccountRecord[] =>
    claims.map((claim) => memory.account(claim) ?? memory.openAccount(claim))
  const takeLimits = (accounts: readonly AccountRecord[], claims: readonly Claim[], more: number) => {
    for (const [i, { purse }] of accounts.entries()) {
      slide(purse, now())
      relimit(purse, claims[i]!, more)
    }
  }

  const runOf = ({ tenantId, traceId }: HoldRequest): RunRecord => {
    const tenant = tenantOf(tenantId)
    const none = { startedAt: now(), modelCalls: 0, toolCalls: 0, runLimit: null, batch: 0 }
    return memory.run(tenant, traceId) ?? { tenant, traceId, ...none, turns: new Map<string, number>() }
  }
  const count = (run: RunRecord, { kind, agent, claims }: HoldRequest, held: boolean) => {
    if (held && kind === 'tool') run.toolCalls += 1
    if (held && kind === 'model') {
      run.modelCalls += 1
      const name = run.turns.has(agent ?? '') || run.turns.size < MAX_AGENTS ? (agent ?? '') : ''
      run.turns.set(name, (run.turns.get(name) ?? 0) + 1)
    }
    const lowest = held ? claims.filter((claim) => claim.lowest).map(({ limit }) => limit) : []
    for (const limit of lowest) run.runLimit = run.runLimit === null || limit < run.runLimit ? limit : run.runLimit
    memory.changeRun(run)
  }

  const record = (request: HoldRequest, accounts: readonly number[], state: 'open' | 'refused') => {
    const { id, fingerprint, kind, traceId, spanId, parentId, memo, verdict, expiresAt } = request
    const asked = { tenant: tenantOf(request.tenantId), askedAt: now(), endedAt: 0, accounts }
    const what = { id, fingerprint, kind, traceId, spanId, parentId, memo, verdict, expiresAt }
    return memory.addHold({ ...opened(request.amount), ...what, ...asked, state })
  }

  return {
    /** `at`: when the money was booked that the change may take back. */
    change: (hold: HoldRecord, how: (hold: HoldRecord) => void, at: number): void => climb(pathOf(hold), how, at),
    balance,
    /** Its own accounts, then those of the holds above it. */
    accountsOf: (hold: HoldRecord): readonly Account[] =>
      lineOf(hold)
        .flatMap(({ accounts }) => accounts)
        .map((n) => numbered(n, hold).purse.account),

    /** What the parent has left for a call below it; null where there is no parent that lends. */
    leftFor({ tenantId, parentId }: HoldRequest): number | null {
      const parent = memory.hold(tenantOf(tenantId), parentId ?? '')
      const lends = parent?.state === 'open' && (parent.kind === 'agent' || parent.kind === 'lease')
      return lends && parent.expiresAt > now() ? leftOf(parent) : null
    },
    /** The claims that no hold above covers. */
    uncovered({ tenantId, parentId, claims }: HoldRequest): readonly Claim[] {
      const parent = parentId === null ? undefined : memory.hold(tenantOf(tenantId), parentId)
      if (parent === undefined) return claims
      const covered = new Set(lineOf(parent).flatMap(({ accounts }) => accounts))
      return claims.filter((claim) => !covered.has(memory.account(claim)?.n ?? 0))
    },
    short: (claims: readonly Claim[], amount: number): readonly Balance[] =>
      claims
        .map((claim) => [claim, balance(claim)] as const)
        .filter(([claim, now]) => !fits(claim, now, amount))
        .map(([, now]) => now),

    open(request: HoldRequest, claims: readonly Claim[]): HoldRecord {
      const { tenantId, parentId, amount } = request
      const accounts = purses(claims)
      const parent = parentId === null ? undefined : memory.hold(tenantOf(tenantId), parentId)
      const path = parent === undefined ? [] : pathOf(parent)
      const run = runOf(request)
      takeLimits(accounts, claims, amount)
      const by = { reserve: amount, spent: 0, unbacked: 0, uncertain: 0 }
      for (const account of accounts) shift(account, by, 0, now())
      climb(path, (lender) => shiftParent(lender, by), now())
      count(run, request, true)
      return record(
        request,
        accounts.map(({ n }) => n),
        'open',
      )
    },
    refuse(request: HoldRequest): HoldRecord {
      count(runOf(request), request, false)
      return record(request, [], 'refused')
    },

    book({ id, tenantId, amount, claims }: Booking): void {
      const tenant = tenantOf(tenantId)
      const known = memory.booking(tenant, id)
      // what was taken off is free to be booked elsewhere
      const before = known?.amount === 0 ? undefined : known
      if (before === undefined && (amount === 0 || claims.length === 0)) return
      const accounts = before?.accounts.map((n) => numbered(n, before)) ?? purses(claims)
      const more = amount - (before?.amount ?? 0)
      if (more === 0) return
      if (before === undefined) takeLimits(accounts, claims, 0)
      const at = before?.at ?? now()
      for (const account of accounts) shift(account, { reserve: 0, spent: 0, unbacked: 0, uncertain: 0 }, more, at)
      memory.changeBooking({ tenant, id, amount, at, accounts: accounts.map(({ n }) => n), batch: 0 })
    },
  }
}
