/**
 * What one hold reserves and has billed; pure. Money moves up a tree of holds: what a hold's figures change by, its
 * parent's children change by, and so its accounts. So an account is always the sum of its holds, whatever the order.
 *
 * What a hold was granted (`min(backing, spent + reserve)`) never grows: what is given back or corrected is free for
 * others at once, and money that turns up later is unbacked. That is why no late word can break a cap.
 */
import { capped } from './amount.ts'

type HoldState = 'open' | 'settled' | 'released' | 'expired' | 'refused'

export interface Standing {
  state: HoldState
  readonly amount: number
  /** Set aside on the accounts and on the parent. Never grows. */
  reserve: number
  /** What the reserve has to cover. Never grows. */
  backing: number
  /** What it cost at least, apart from its children: the total told, or, once expired, all that was left. */
  floor: number
  /** Told call by call, by those that hold nothing themselves. */
  drawn: number
  /** Billed by its children. */
  kids: number
  /** Reserved by its children, out of `reserve`. */
  lent: number
  /** The part of `kids` that is uncertain. */
  sunk: number
}

export interface Figures {
  readonly reserve: number
  readonly spent: number
  readonly unbacked: number
  readonly uncertain: number
}

export const opened = (amount: number): Standing => ({
  state: 'open',
  amount,
  reserve: amount,
  backing: amount,
  floor: 0,
  drawn: 0,
  kids: 0,
  lent: 0,
  sunk: 0,
})

export const spentOf = (hold: Standing): number => hold.kids + Math.max(hold.floor, hold.drawn)

/** What a call below it may still hold or draw. */
export const leftOf = (hold: Standing): number => hold.reserve - hold.lent

/** Beyond what the hold itself was granted at first. */
export const beyond = (hold: Standing): number => Math.max(0, spentOf(hold) - hold.amount)

export function figuresOf(hold: Standing): Figures {
  const spent = spentOf(hold)
  const rest = hold.state === 'expired' ? Math.max(0, hold.floor - hold.drawn) : 0
  const unbacked = Math.max(0, spent + hold.reserve - hold.backing)
  return { reserve: hold.reserve, spent, unbacked, uncertain: hold.sunk + rest }
}

/** After any change: reserves what is still to come, and lets go of the rest. */
export function restand(hold: Standing): void {
  const spent = spentOf(hold)
  const needed = hold.state === 'open' ? Math.max(hold.lent, hold.backing - spent) : hold.lent
  hold.reserve = Math.min(hold.reserve, needed)
  hold.backing = Math.min(hold.backing, spent + hold.reserve)
}

/** The total of what it cost without its children's own holds; what they are certain about is theirs. */
export function close(hold: Standing, total: number): void {
  hold.floor = Math.max(0, total - (hold.kids - hold.sunk))
  hold.state = 'settled'
}

export function letGo(hold: Standing): void {
  hold.floor = 0
  hold.state = 'released'
}

/** Nobody said what it cost: all that it has not lent counts, until somebody does. */
export function lapse(hold: Standing): void {
  hold.floor = Math.max(hold.floor, hold.drawn) + leftOf(hold)
  hold.state = 'expired'
}

/** What a parent sees of a change below it. */
export function shiftParent(parent: Standing, by: Figures): void {
  parent.kids = capped(parent.kids + by.spent)
  parent.lent += by.reserve
  parent.sunk += by.uncertain
}

export function difference(after: Figures, before: Figures): Figures {
  return {
    reserve: after.reserve - before.reserve,
    spent: after.spent - before.spent,
    unbacked: after.unbacked - before.unbacked,
    uncertain: after.uncertain - before.uncertain,
  }
}

/** Why a hold can not be as it is, or undefined. */
export function faultOf({ lent, reserve, backing, amount, floor, drawn, kids, sunk }: Standing): string | undefined {
  const ordered = 0 <= lent && lent <= reserve && reserve <= backing && backing <= amount
  const whole = [floor, drawn, kids, sunk, amount].every((value) => Number.isSafeInteger(value) && value >= 0)
  if (ordered && whole) return undefined
  return `lent ${lent} ≤ reserve ${reserve} ≤ backing ${backing} ≤ amount ${amount}; ${floor} ${drawn} ${kids} ${sunk}`
}
