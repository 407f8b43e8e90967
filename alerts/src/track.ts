/** One series under one rule: what is known of it, and whether it is in alert. Live and replay are both this. */
import { createJudge } from './judge.ts'
import { type Life, live, type Phase, type Step, startLife } from './lifecycle.ts'
import type { Rule } from './rule.ts'
import type { Point, Reading } from './trigger.ts'

export interface Track {
  /** The trigger's. */
  readonly state: unknown
  readonly life: Life
  /** Minute of the newest point; -1: none. */
  last: number
}

export interface Outcome extends Step {
  readonly reading: Reading | null
  readonly phase: Phase
  /** Minute since which the newest alert, pending or firing or just ended, has counted. */
  readonly since: number
}

export interface Tracker {
  readonly rule: Rule
  readonly start: () => Track
  /** Points that go back in time change nothing. Values that are no numbers, or negative amounts, are gaps. */
  readonly take: (track: Track, point: Point) => Outcome
}

const nothing: Step = { change: null, cause: null }

/** `step`: minutes from one bucket to the next. @default 1 */
export function createTracker(rule: Rule, step = 1): Tracker {
  const judge = createJudge(rule, step)
  const ordered = rule.trigger.type !== 'tail-rank'
  return {
    rule,
    start: () => ({ state: judge.start(), life: startLife(), last: -1 }),
    take: (track, point) => {
      const { life } = track
      const idle = { ...nothing, reading: null, phase: life.phase, since: life.since }
      if (ordered && point.minute <= track.last) return idle
      if (!Number.isFinite(point.value) || point.count < rule.leastCalls) return idle
      if (point.value < 0 && rule.trigger.type === 'band') return idle
      track.last = Math.max(track.last, point.minute)
      const { since } = life
      const reading = judge.read(track.state, point, life.phase === 'firing')
      if (reading === null) return idle
      const step = live(life, reading.verdict, point.minute, rule)
      if (step.cause === 'new normal') judge.relearn(track.state)
      return { ...step, reading, phase: life.phase, since: step.change === 'resolved' ? since : life.since }
    },
  }
}
