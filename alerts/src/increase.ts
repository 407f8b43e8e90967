/** Running totals: a counter only grows, until its process starts again. What is judged of it is how much it grows. */
import type { ReplayRow } from './replay.ts'

/** Values from which on a series can be seen to be a counter. */
const LEAST = 50
/** A fall to less than this part of the value is a new start. */
const FALLEN = 0.5
/** Most falls, and fewest rises, of all steps: an amount goes up and down, what stands still counts nothing. */
const MOST_STARTS = 0.02
const LEAST_RISES = 0.2

/** Whether these values count something: they rise and rise, and when they fall, they fall to a new start. */
export function isCounter(rows: readonly ReplayRow[]): boolean {
  let [steps, rises, starts] = [0, 0, 0]
  let last = Number.NaN
  for (const { value } of rows) {
    if (value === null || !Number.isFinite(value)) continue
    if (value < 0) return false
    if (!Number.isNaN(last)) {
      steps++
      if (value > last) rises++
      if (value < last) starts++
      if (value < last && value >= FALLEN * last) return false
    }
    last = value
  }
  return steps >= LEAST && rises >= LEAST_RISES * steps && starts <= Math.max(1, MOST_STARTS * steps)
}

/**
 * How much a counter grew in each bucket. The first value, a new start (what was counted before it is lost), what goes back
 * in time, and gaps are gaps; what a gap hides is spread over it.
 *
 * @param step minutes from one row to the next
 */
export function increasesOf(rows: readonly ReplayRow[], step: number): readonly ReplayRow[] {
  let last: { readonly value: number; readonly timeMs: number } | null = null
  return rows.map((row) => {
    const { value, timeMs } = row
    if (value === null || !Number.isFinite(value) || (last !== null && timeMs <= last.timeMs))
      return { ...row, value: null }
    const before = last
    last = { value, timeMs }
    if (before === null || value < before.value) return { ...row, value: null }
    return { ...row, value: (value - before.value) / Math.max(1, (timeMs - before.timeMs) / (step * 60_000)) }
  })
}
