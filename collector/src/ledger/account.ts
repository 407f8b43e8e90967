/**
 * One account: what is held on it and what was billed, and, where its window rolls, when. A rolling window is cut into
 * slices that count whole until the last of their time is out of the window: in doubt money counts longer, never shorter.
 */
import type { Account, Claim } from '@outrider/policies'
import { capped } from './amount.ts'
import type { Balance } from './ledger.ts'

/** What was billed: covered by holds, beyond them, and without any; `uncertain` is a part of the first two. */
interface Billed {
  backed: number
  unbacked: number
  ungoverned: number
  uncertain: number
}

export interface Slice extends Billed {
  readonly start: number
}

export interface Purse extends Billed {
  readonly account: Account
  limit: number
  /** What may be granted: the limit, or what was granted already. `held + backed ≤ cap`, always. */
  cap: number
  held: number
  slices: Slice[]
}

const BILLED = ['backed', 'unbacked', 'ungoverned', 'uncertain'] as const

const SLICES = 60
const nothing = (): Billed => ({ backed: 0, unbacked: 0, ungoverned: 0, uncertain: 0 })

export const newPurse = (claim: Claim): Purse => {
  const { budget, key, window, limit } = claim
  return { account: { budget, key, window }, limit, cap: limit, held: 0, slices: [], ...nothing() }
}

export function balanceOf(claim: Claim, purse: Purse | undefined): Balance {
  const { budget, key, window } = claim
  const limit =
    claim.lowest && purse !== undefined ? (Math.min(claim.limit, purse.limit) as Claim['limit']) : claim.limit
  if (purse === undefined)
    return { budget, key, window, limit, held: 0, spent: 0, unbacked: 0, ungoverned: 0, uncertain: 0 }
  const { held, backed, unbacked, ungoverned, uncertain } = purse
  const spent = backed + unbacked + ungoverned
  return { budget, key, window, limit, held, spent, unbacked, ungoverned, uncertain }
}

/** Whether a claim leaves room for the amount. */
export const fits = (claim: Claim, { limit, held, spent }: Balance, amount: number): boolean =>
  claim.shadow || held + spent + amount <= limit

/** Takes over the limit of a claim that is held on, or booked on. */
export function relimit(purse: Purse, { limit, shadow, lowest }: Claim, more: number): void {
  purse.limit = lowest ? Math.min(purse.limit, limit) : limit
  const granted = purse.held + purse.backed + more
  purse.cap = shadow ? Math.max(purse.limit, granted) : Math.max(purse.limit, purse.held + purse.backed)
}

/** Lets go of slices that are out of the window. To be called before anything is read or changed. */
export function slide(purse: Purse, now: number): void {
  const { rollingMs } = purse.account.window
  if (rollingMs === undefined || purse.slices.length === 0) return
  const live = purse.slices.filter(({ start }) => start + widthOf(rollingMs) + rollingMs > now)
  if (live.length === purse.slices.length) return
  purse.slices = live
  for (const part of BILLED) purse[part] = live.reduce((sum, slice) => capped(sum + slice[part]), 0)
}

/**
 * Changes what was billed. More counts from `now` on; less is taken from where it was booked, at `at`, and where that
 * time is out of the window already, from nowhere.
 */
export function bill(purse: Purse, by: Billed, at: number, now: number): void {
  const { rollingMs } = purse.account.window
  for (const part of BILLED) {
    if (by[part] === 0) continue
    if (rollingMs === undefined) purse[part] = capped(purse[part] + by[part])
    else
      shiftSlice(purse, part, by[part], Math.floor((by[part] > 0 ? now : at) / widthOf(rollingMs)) * widthOf(rollingMs))
  }
}

function shiftSlice(purse: Purse, part: keyof Billed, by: number, start: number): void {
  let slice = purse.slices.find((known) => known.start === start)
  if (slice === undefined) {
    if (by < 0) return
    slice = { start, ...nothing() }
    purse.slices.push(slice)
  }
  const before = slice[part]
  slice[part] = capped(before + by)
  purse[part] = capped(purse[part] + slice[part] - before)
}

const widthOf = (rollingMs: number): number => Math.max(1, Math.ceil(rollingMs / SLICES))

/** Why an account can not be as it is, or undefined. */
export function purseFault({ account, held, backed, unbacked, ungoverned, uncertain, cap }: Purse): string | undefined {
  const whole = [held, backed, unbacked, ungoverned, uncertain, cap].every((n) => Number.isSafeInteger(n) && n >= 0)
  if (whole && held + backed <= cap) return undefined
  const where = `${account.budget} of ${account.key}`
  return `${where}: held ${held} + backed ${backed} ≤ cap ${cap}; ${unbacked} ${ungoverned} ${uncertain}`
}
