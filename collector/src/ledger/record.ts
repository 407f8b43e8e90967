/** The journal's rows in memory. Mutable, and only the journal changes them; a tenant of '' is none. */
import type { Account, CallKind, NanoUsd, Verdict } from '@outrider/policies'
import type { Purse } from './account.ts'
import type { Row } from './batch.ts'
import type { Answered, Hold } from './ledger.ts'
import { leftOf, type Standing, spentOf } from './standing.ts'

interface Kept {
  /** The batch that writes its last change. */
  batch: number
}

export interface HoldRecord extends Kept, Standing {
  readonly n: number
  readonly tenant: string
  readonly id: string
  readonly fingerprint: string
  readonly kind: CallKind
  readonly traceId: string
  readonly spanId: string | null
  readonly parentId: string | null
  readonly accounts: readonly number[]
  readonly askedAt: number
  readonly expiresAt: number
  readonly memo: string
  readonly verdict: Verdict
  /** 0 while it is open. */
  endedAt: number
  /** Not in the file yet. */
  fresh: boolean
}

export interface AccountRecord extends Kept {
  readonly n: number
  readonly purse: Purse
  touchedAt: number
  fresh: boolean
}

export interface RunRecord extends Kept {
  readonly tenant: string
  readonly traceId: string
  readonly startedAt: number
  modelCalls: number
  toolCalls: number
  readonly turns: Map<string, number>
  runLimit: NanoUsd | null
}

export interface DrawRecord extends Kept {
  readonly hold: number
  readonly id: string
  readonly amount: number
  readonly at: number
}

export interface BookingRecord extends Kept {
  readonly tenant: string
  readonly id: string
  readonly amount: number
  readonly at: number
  readonly accounts: readonly number[]
}

/** One text for two, and back: both may hold anything. */
export const keyOf = (first: string | number, second: string): string => `${String(first).length}:${first}${second}`

export function partsOf(key: string): readonly [string, string] {
  const colon = key.indexOf(':')
  const middle = colon + 1 + Number(key.slice(0, colon))
  return [key.slice(colon + 1, middle), key.slice(middle)]
}

export const accountKey = ({ budget, key, window }: Account): string =>
  JSON.stringify([budget, key, window.start, window.end ?? 0, window.rollingMs ?? 0])

const standingOf = (hold: HoldRecord) =>
  [
    hold.state,
    hold.reserve,
    hold.backing,
    hold.floor,
    hold.drawn,
    hold.kids,
    hold.lent,
    hold.sunk,
    hold.endedAt,
  ] as const

export function holdRow(hold: HoldRecord): Row {
  if (!hold.fresh) return ['setHold', ...standingOf(hold), hold.n]
  const { n, tenant, id, fingerprint, kind, traceId, spanId, parentId, amount, accounts } = hold
  const { askedAt, expiresAt, memo, verdict } = hold
  const text = JSON.stringify(verdict)
  const numbers = JSON.stringify(accounts)
  const asked = [amount, numbers, askedAt, expiresAt, memo, text] as const
  return ['addHold', n, tenant, id, fingerprint, kind, traceId, spanId, parentId, ...asked, ...standingOf(hold)]
}

export function accountRow({ n, purse, touchedAt, fresh }: AccountRecord): Row {
  const { account, limit, cap, held, backed, unbacked, ungoverned, uncertain, slices } = purse
  const { budget, key, window } = account
  const money = [limit, cap, held, backed, unbacked, ungoverned, uncertain, JSON.stringify(slices), touchedAt] as const
  if (!fresh) return ['setAccount', ...money, n]
  return ['addAccount', n, budget, key, window.start, window.end ?? 0, window.rollingMs ?? 0, ...money]
}

export function runRow({ tenant, traceId, startedAt, modelCalls, toolCalls, turns, runLimit }: RunRecord): Row {
  return ['putRun', tenant, traceId, startedAt, modelCalls, toolCalls, JSON.stringify([...turns]), runLimit]
}

export const drawRow = ({ hold, id, amount, at }: DrawRecord): Row => ['putDraw', hold, id, amount, at]

export const bookingRow = ({ tenant, id, amount, at, accounts }: BookingRecord): Row => [
  'putBooking',
  tenant,
  id,
  amount,
  at,
  JSON.stringify(accounts),
]

/** How the world sees a hold; undefined for a refusal. */
export function holdOf(hold: HoldRecord, accounts: readonly Account[]): Hold | undefined {
  if (hold.state === 'refused') return undefined
  const { id, kind, traceId, spanId, amount, parentId, state, expiresAt, memo, reserve } = hold
  const tenantId = hold.tenant === '' ? null : hold.tenant
  const money = { amount: amount as NanoUsd, spent: spentOf(hold), reserved: reserve, left: leftOf(hold) }
  return { id, tenantId, kind, traceId, spanId, parentId, state, ...money, expiresAt, memo, accounts }
}

export function answeredOf(hold: HoldRecord, accounts: readonly Account[]): Answered {
  const { tenant, id, kind, traceId, spanId, askedAt, verdict, memo } = hold
  const tenantId = tenant === '' ? null : tenant
  return { tenantId, id, kind, traceId, spanId, at: askedAt, verdict, memo, hold: holdOf(hold, accounts) ?? null }
}
