/** How far back to look for runs that are not written down as they are: at all of them now and then, else at what is new. */

interface Look {
  /** At runs of which something came at or after, ms since 1970. */
  readonly sinceMs: number
  /** And at what lies at or after this day, since 1970. */
  readonly fromDay: number
}

export interface Looks {
  now(): Look
  /** Nothing more is found by the look that is under way. */
  over(): void
}

/** Of so many looks one is at all runs; the others are at those that something came of since the last. */
const WHOLE_EVERY = 60
/** What came late to the store. */
const OVERLAP_MS = 600_000
const DAY_MS = 86_400_000
/** A start is at most a week before its arrival, or kept under another day. */
const WEEK_DAYS = 8

/**
 * The first look is at all. One at what is new may see the end of a long run and not its beginning: what is written down of
 * that is not what the whole run says, so no read takes it, and the next look at all finds the run.
 *
 * @param stillMs what was not still in one look is looked at in the next.
 */
export function createLooks(now: () => number, stillMs: number): Looks {
  let number = 0
  let beganMs = now()
  let look: Look = { sinceMs: 0, fromDay: 0 }
  return {
    now: () => look,
    over() {
      number += 1
      const sinceMs = number % WHOLE_EVERY === 0 ? 0 : Math.max(0, beganMs - Math.max(0, stillMs) - OVERLAP_MS)
      look = { sinceMs, fromDay: Math.max(0, Math.floor(sinceMs / DAY_MS) - WEEK_DAYS) }
      beganMs = now()
    },
  }
}
