/** The triggers whose limits a person sets: a threshold, a rate of change, a budget that burns too fast. */
import { createRecent, type Recent, remember, weightedMean } from './recent.ts'
import { LIMIT, type Reading, type Side, type Trigger } from './trigger.ts'

/** Over from `limit` on; calm again beyond `clear`, which lies on the good side of it. */
export function createThreshold(settings: {
  readonly bad: 'up' | 'down'
  readonly limit: number
  readonly clear: number
}): Trigger<Record<string, never>> {
  const side = settings.bad === 'up' ? 1 : -1
  return {
    start: () => ({}),
    read: (_state, { value }) => {
      const over = side * (value - settings.limit) >= 0
      const calm = side * (value - settings.clear) < 0 || (!over && settings.clear === settings.limit)
      return {
        level: value,
        center: settings.limit,
        deviation: null,
        z: null,
        score: over ? LIMIT : 0,
        verdict: over ? 'over' : calm ? 'calm' : 'between',
        low: side < 0 ? settings.limit : null,
        high: side > 0 ? settings.limit : null,
        channel: 'threshold',
      }
    },
    relearn: () => {},
  }
}

/** Over when the mean of the newest `minutes` differs by the factor `by` from that of the same span before them. */
export function createChange(settings: {
  readonly bad: Side
  readonly minutes: number
  readonly by: number
  readonly step: number
}): Trigger<Recent> {
  const { bad, minutes, by, step } = settings
  return {
    start: () => createRecent(Math.ceil((2 * minutes) / step)),
    read: (recent, point) => {
      remember(recent, point)
      const now = weightedMean(recent, minutes, minutes, 0)
      const both = weightedMean(recent, 2 * minutes, 2 * minutes, 0)
      const calls = both.calls - now.calls
      if (calls <= 0) return null
      const center = (both.value * both.calls - now.value * now.calls) / calls
      if (center <= 0) return null
      const factor = now.value / center
      const up = factor / by
      const down = 1 / (Math.max(factor, Number.EPSILON) * by)
      const part = bad === 'up' ? up : bad === 'down' ? down : Math.max(up, down)
      return {
        level: now.value,
        center,
        deviation: null,
        z: null,
        score: LIMIT * part,
        verdict: part >= 1 ? 'over' : part < (1 + 1 / by) / 2 ? 'calm' : 'between',
        low: bad === 'up' ? null : center / by,
        high: bad === 'down' ? null : center * by,
        channel: 'change',
      }
    },
    relearn: (recent) => {
      recent.length = 0
    },
  }
}

export interface BurnSettings {
  /** What may be used up in `periodMinutes`; for a share, the share that may be bad. */
  readonly budget: number
  /** `null`: values are shares. */
  readonly periodMinutes: number | null
  readonly longMinutes: number
  /** The short window ends the alert soon after the burning ends. */
  readonly shortMinutes: number
  /** How many times too fast. */
  readonly factor: number
  readonly step: number
}

/** Over when both the long and the short window burn the budget `factor` times faster than it lasts. */
export function createBurn(settings: BurnSettings): Trigger<Recent> {
  const { budget, periodMinutes, longMinutes, shortMinutes, factor, step } = settings
  const rate = (recent: Recent, minutes: number): number => {
    if (periodMinutes === null) return weightedMean(recent, minutes, minutes, 0).value / budget
    return (totalOf(recent, minutes) * periodMinutes) / (budget * minutes)
  }
  return {
    start: () => createRecent(Math.ceil(longMinutes / step)),
    read: (recent, point): Reading | null => {
      remember(recent, point)
      const long = rate(recent, longMinutes)
      const short = rate(recent, shortMinutes)
      if (!Number.isFinite(long) || !Number.isFinite(short)) return null
      const part = Math.min(long, short) / factor
      return {
        level: long,
        center: 1,
        deviation: null,
        z: null,
        score: LIMIT * part,
        verdict: part >= 1 ? 'over' : short / factor < 0.9 ? 'calm' : 'between',
        low: null,
        high: factor,
        channel: 'burn',
      }
    },
    relearn: (recent) => {
      recent.length = 0
    },
  }
}

function totalOf(recent: Recent, minutes: number): number {
  let total = 0
  const newest = recent.minutes[(recent.next - 1 + recent.minutes.length) % recent.minutes.length]!
  for (let index = 0; index < recent.length; index++) {
    if (newest - recent.minutes[index]! < minutes) total += recent.values[index]!
  }
  return total
}
