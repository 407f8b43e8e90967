/**
 * Levels of the last two days by the time of day, and of the last week by the half hour: what comes at its time every day,
 * or every week, is a timetable and no trouble.
 */
export interface Recurrence {
  /** The most extreme level of every five minutes. */
  readonly heights: Float32Array
  /** The last five minutes that were written, counted since 1970. */
  slot: number
  /** The mean level of every half hour of the week. */
  readonly week: Float32Array
  half: number
  sum: number
  count: number
}

/** How often trouble must have come at this time before it is a timetable. */
export type Excuse = 'never' | 'yesterday' | 'yesterday or last week' | 'two days'

const SLOT_MINUTES = 5
const DAY = 288
/** Slots before and after that are the same time of day. */
const AROUND = 3
/** How many times a day a height must come and go to be common, and the most slots that it may stay. */
const COMMON = 3
const EPISODE = 6
/** Slots of two hours, and how many of those must be known. Trouble that stays comes and goes in two of them, no more. */
const BLOCK = 24
const LEAST_BLOCKS = 4
/** Part of its slots: what is rarer is noise. */
const OFTEN = 0.125
/** Slots beyond whole days: a mean of an hour and a half, and what lies around. */
const AHEAD = 32
const HALF_HOUR = 30
const WEEK = 336
/** A part of the height that is as good as all of it: timetables are not exact. */
const SAME = 0.6

/** Remembers no more than `excuse` will ask for. */
export const createRecurrence = (excuse: Excuse): Recurrence => ({
  heights: new Float32Array(excuse === 'never' ? 0 : (excuse === 'two days' ? 2 : 1) * DAY + AHEAD).fill(Number.NaN),
  slot: 0,
  week: new Float32Array(excuse === 'yesterday or last week' ? WEEK : 0).fill(Number.NaN),
  half: -1,
  sum: 0,
  count: 0,
})

/** `center`: where extremes are seen from. */
export function note(recurrence: Recurrence, minute: number, level: number, center: number): void {
  const { heights, week } = recurrence
  if (heights.length === 0) return
  const slot = Math.floor(minute / SLOT_MINUTES)
  if (slot > recurrence.slot) {
    const first = Math.max(recurrence.slot + 1, slot - heights.length + 1)
    for (let skipped = first; skipped <= slot; skipped++) heights[skipped % heights.length] = Number.NaN
    recurrence.slot = slot
  }
  const known = heights[slot % heights.length]!
  if (Number.isNaN(known) || Math.abs(level - center) > Math.abs(known - center)) heights[slot % heights.length] = level
  const half = Math.floor(minute / HALF_HOUR)
  if (half !== recurrence.half) {
    if (recurrence.count > 0 && week.length > 0) week[recurrence.half % WEEK] = recurrence.sum / recurrence.count
    recurrence.half = half
    recurrence.sum = 0
    recurrence.count = 0
  }
  recurrence.sum += level
  recurrence.count++
}

/** Whether this height above (or below) the center was there at this time before, as often as `excuse` asks. */
export function recurs(past: Recurrence, minute: number, level: number, center: number, excuse: Excuse): boolean {
  if (excuse === 'never') return false
  const reached = heightReached(level, center)
  const on = (day: number) => extreme(past, Math.floor(minute / SLOT_MINUTES) - day * DAY, reached)
  return excuse === 'two days' ? on(1) && on(2) : on(1) || reached(lastWeek(past, minute))
}

/** Whether this height came and went at least three times in the last day: it is how the series is. */
export function isCommon({ heights, slot: last }: Recurrence, minute: number, level: number, center: number): boolean {
  const reached = heightReached(level, center)
  const now = Math.floor(minute / SLOT_MINUTES)
  let episodes = 0
  let apart = EPISODE
  let length = 0
  for (let past = Math.min(last, now - 2 * EPISODE); past > now - DAY; past--) {
    if (reached(heights[past % heights.length]!)) {
      if (apart >= EPISODE) length = 0
      if (length++ === 0) episodes++
      // trouble that stayed is no habit
      if (length > EPISODE) return false
      apart = 0
    } else apart++
  }
  return episodes >= COMMON
}

/**
 * Whether this height came and went in half of the last day's two hours, as it does where one series has two kinds of
 * work: what is over the limit is not learnt, and would be over it for ever.
 */
export function isMixed({ heights, slot: last }: Recurrence, minute: number, level: number, center: number): boolean {
  const reached = heightReached(level, center)
  const now = Math.floor(minute / SLOT_MINUTES)
  let [blocks, mixed, hits, misses] = [0, 0, 0, 0]
  for (let past = Math.min(last, now - 2 * EPISODE); past > now - DAY; past--) {
    const height = heights[past % heights.length]!
    if (reached(height)) hits++
    else if (!Number.isNaN(height)) misses++
    if ((now - past) % BLOCK !== 0 || hits + misses === 0) continue
    blocks++
    if (misses > 0 && hits >= OFTEN * (hits + misses)) mixed++
    hits = 0
    misses = 0
  }
  return mixed >= COMMON && blocks >= LEAST_BLOCKS && 2 * mixed >= blocks
}

/** The same for a mean over the last `minutes`. */
export function meanRecurs(
  past: Recurrence,
  minute: number,
  minutes: number,
  level: number,
  center: number,
  excuse: Excuse,
): boolean {
  if (excuse === 'never') return false
  const reached = heightReached(level, center)
  const on = (day: number) => reached(meanOf(past, Math.floor(minute / SLOT_MINUTES) - day * DAY, minutes))
  return excuse === 'two days' ? on(1) && on(2) : on(1) || reached(lastWeek(past, minute - minutes / 2))
}

export function shiftHeights({ heights, week }: Recurrence, by: number): void {
  for (let slot = 0; slot < heights.length; slot++) heights[slot]! += by
  for (let half = 0; half < week.length; half++) week[half]! += by
}

const heightReached = (level: number, center: number) => {
  const height = SAME * (level - center)
  // NaN, where nothing is known, has reached nothing
  return (past: number): boolean => (height >= 0 ? past - center >= height : past - center <= height)
}

function extreme({ heights, slot }: Recurrence, around: number, reached: (past: number) => boolean): boolean {
  for (let past = around - AROUND; past <= around + AROUND; past++) {
    if (past > slot || past <= slot - heights.length) continue
    if (reached(heights[past % heights.length]!)) return true
  }
  return false
}

function meanOf({ heights, slot }: Recurrence, end: number, minutes: number): number {
  let sum = 0
  let count = 0
  for (let past = end - Math.floor(minutes / SLOT_MINUTES) + 1; past <= end; past++) {
    const level = past > slot || past <= slot - heights.length ? Number.NaN : heights[past % heights.length]!
    if (Number.isNaN(level)) continue
    sum += level
    count++
  }
  return count === 0 ? Number.NaN : sum / count
}

/** This half hour of last week, until this one has ended. */
function lastWeek({ week, half }: Recurrence, minute: number): number {
  const now = Math.floor(minute / HALF_HOUR)
  return now - half >= WEEK ? Number.NaN : week[((now % WEEK) + WEEK) % WEEK]!
}
