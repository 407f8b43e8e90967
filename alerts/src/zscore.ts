/** The plain rule: so many standard deviations from the rolling average. With a floor, a minimum and a `for`. */
import { LIMIT, type Reading, type Side, type Trigger } from './trigger.ts'
import { createWindow, moments, slide, type Window } from './window.ts'

export interface ZscoreSettings {
  readonly bad: Side
  /** Standard deviations from which on a value is over the limit. */
  readonly sigma: number
  /** Buckets of the rolling window. */
  readonly window: number
  /** Buckets before anything is judged. */
  readonly least: number
  /** Deviations are taken to be at least this, in the unit of the values, */
  readonly floor: number
  /** and at least this part of the mean: a constant series has no deviation of its own. */
  readonly relativeFloor: number
}

/** A value is compared with those before it, then joins them, also while the alert fires: a new level wears in. */
export function createZscore(settings: ZscoreSettings): Trigger<Window> {
  const { bad, sigma, least, floor, relativeFloor } = settings
  return {
    start: () => createWindow(settings.window),
    read: (window, { value }) => {
      const { mean, deviation: plain } = moments(window)
      const known = window.length
      slide(window, value)
      if (known < least) return null
      const deviation = Math.max(plain, floor, relativeFloor * Math.abs(mean), Number.MIN_VALUE)
      const z = (value - mean) / deviation
      const wrong = bad === 'both' ? Math.abs(z) : bad === 'up' ? z : -z
      const score = Math.max(0, (LIMIT * wrong) / sigma)
      const low = bad === 'up' ? null : mean - sigma * deviation
      const high = bad === 'down' ? null : mean + sigma * deviation
      return { level: value, center: mean, deviation, z, score, verdict: verdictOf(score), low, high, channel: 'level' }
    },
    relearn: (window) => {
      window.length = 0
      window.next = 0
    },
  }
}

/** Over from the limit on, calm below half of it. */
const verdictOf = (score: number): Reading['verdict'] =>
  score >= LIMIT ? 'over' : score < LIMIT / 2 ? 'calm' : 'between'
