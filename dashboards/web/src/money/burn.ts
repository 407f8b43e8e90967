/** How fast a budget goes, and when it will be gone. Pure. */
import type { Balance } from '../api.ts'

const HOUR_MS = 3_600_000
/** A window that began a moment ago says little about its rate. */
const YOUNGEST_MS = 60_000
/** What was seen is kept for this long, and is a rate from the second on. */
const SEEN_MS = { most: 120_000, least: 4000 } as const

/** What this page saw of one budget. */
export interface Sample {
  readonly at: number
  readonly spentUsd: number
}

/** `samples` with one more, without those that are too old. */
export function sampled(samples: readonly Sample[], next: Sample): readonly Sample[] {
  return [...samples.filter(({ at }) => next.at - at <= SEEN_MS.most), next]
}

/**
 * USD an hour: what the collector measured lately, else what this page saw, else the average since the window began; null
 * where none is known.
 */
export function burnOf(balance: Balance, now: number, seen: readonly Sample[] = []): number | null {
  if (balance.burnUsdPerHour !== undefined && balance.burnUsdPerHour !== null) return balance.burnUsdPerHour
  const [first, last] = [seen[0], seen.at(-1)]
  const spent = first === undefined || last === undefined ? 0 : last.spentUsd - first.spentUsd
  if (first !== undefined && last !== undefined && last.at - first.at >= SEEN_MS.least && spent > 0) {
    return spent / ((last.at - first.at) / HOUR_MS)
  }
  const start = balance.window.start === null ? Number.NaN : Date.parse(balance.window.start)
  // a life window begins at 1970, which is no time at which spending began
  if (!(start > 0) || now - start < YOUNGEST_MS) return null
  return balance.spentUsd / ((now - start) / HOUR_MS)
}

export type Outlook =
  /** Nothing is left. */
  | { readonly kind: 'gone' }
  /** At this rate it is gone after so many milliseconds, before its window ends. */
  | { readonly kind: 'ends'; readonly inMs: number }
  /** At this rate it outlives its window. */
  | { readonly kind: 'lasts' }
  /** Nothing is being spent, or no rate is known. */
  | { readonly kind: 'still' }

/** What is held counts as gone: nobody else can have it. */
export function outlookOf(balance: Balance, now: number, seen: readonly Sample[] = []): Outlook {
  const left = balance.limitUsd - balance.spentUsd - balance.heldUsd
  if (left <= 0) return { kind: 'gone' }
  const rate = burnOf(balance, now, seen)
  if (rate === null || rate <= 0) return { kind: 'still' }
  const inMs = (left / rate) * HOUR_MS
  const end = balance.window.end === null ? Number.NaN : Date.parse(balance.window.end)
  return now + inMs >= end ? { kind: 'lasts' } : { kind: 'ends', inMs }
}

/** Parts of a bar in percent of its length, which is the limit, or what is spent and held where that is more. */
export interface Bar {
  readonly spent: number
  readonly held: number
  /** Where the limit is; null where it is the bar's end. */
  readonly limit: number | null
}

export function barOf({ limitUsd, spentUsd, heldUsd }: Balance): Bar {
  const used = spentUsd + heldUsd
  const whole = Math.max(limitUsd, used)
  if (!(whole > 0)) return { spent: 0, held: 0, limit: null }
  const part = (usd: number) => (Math.max(0, usd) / whole) * 100
  return { spent: part(spentUsd), held: part(heldUsd), limit: used > limitUsd ? part(limitUsd) : null }
}

/** How much of the limit is spent or held: 1 is all of it. A limit of nothing is used up. */
export function usedOf({ limitUsd, spentUsd, heldUsd }: Balance): number {
  return limitUsd > 0 ? (spentUsd + heldUsd) / limitUsd : 1
}
