/** Heights of the last two days by the time of day: what comes every day at the same time is a timetable. */
export interface Recurrence {
  /** One level for every five minutes of the day before and of the day before that. */
  readonly heights: Float32Array
  /** The last slot that was written, counted since 1970. */
  slot: number
}

const SLOT_MINUTES = 5
const DAY = 288
/** A part of the height that is as good as all of it: timetables are not exact. */
const SAME = 0.75
/** Slots before and after that are the same time of day. */
const AROUND = 3

export const createRecurrence = (): Recurrence => ({
  heights: new Float32Array(2 * DAY + 2 * AROUND + 2).fill(Number.NaN),
  slot: 0,
})

/** Keeps the most extreme level of five minutes, seen from `center`. */
export function note(recurrence: Recurrence, minute: number, level: number, center: number): void {
  const slot = Math.floor(minute / SLOT_MINUTES)
  const { heights } = recurrence
  if (slot > recurrence.slot) {
    const first = Math.max(recurrence.slot + 1, slot - heights.length + 1)
    for (let skipped = first; skipped <= slot; skipped++) heights[skipped % heights.length] = Number.NaN
    recurrence.slot = slot
  }
  const known = heights[slot % heights.length]!
  if (Number.isNaN(known) || Math.abs(level - center) > Math.abs(known - center)) heights[slot % heights.length] = level
}

/** Whether each of the last `days` days reached three quarters of this height at this time of day. */
export function recurs(
  { heights, slot: last }: Recurrence,
  minute: number,
  level: number,
  center: number,
  days: 1 | 2,
): boolean {
  const slot = Math.floor(minute / SLOT_MINUTES)
  const height = SAME * (level - center)
  for (let day = 1; day <= days; day++) {
    let reached = false
    for (let around = -AROUND; around <= AROUND && !reached; around++) {
      const past = slot - day * DAY + around
      if (past > last || past <= last - heights.length) continue
      const above = heights[past % heights.length]! - center
      reached = height >= 0 ? above >= height : above <= height
    }
    if (!reached) return false
  }
  return true
}

export function shiftHeights({ heights }: Recurrence, by: number): void {
  for (let slot = 0; slot < heights.length; slot++) heights[slot]! += by
}
