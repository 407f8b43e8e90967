/** The newest buckets of a series, by their minute, and what they say together. */
import { medianSorted } from 'simple-statistics'
import type { Point } from './trigger.ts'

export interface Recent {
  readonly minutes: Int32Array
  readonly values: Float32Array
  readonly counts: Float32Array
  next: number
  length: number
}

/** A value and the calls it stands on. */
export interface Level {
  readonly value: number
  readonly calls: number
}

export const createRecent = (capacity: number): Recent => ({
  minutes: new Int32Array(capacity),
  values: new Float32Array(capacity),
  counts: new Float32Array(capacity),
  next: 0,
  length: 0,
})

export function remember(recent: Recent, { minute, value, count }: Point): void {
  recent.minutes[recent.next] = minute
  recent.values[recent.next] = value
  recent.counts[recent.next] = count
  recent.next = (recent.next + 1) % recent.minutes.length
  if (recent.length < recent.minutes.length) recent.length++
}

/** Means weighted by calls over the last `span` minutes, or over up to `widest` until they stand on `enough` calls. */
export function weightedMean(recent: Recent, span: number, widest: number, enough: number): Level {
  let sum = 0
  let calls = 0
  const newest = minuteAt(recent, 0)
  for (let back = 0; back < recent.length; back++) {
    const age = newest - minuteAt(recent, back)
    if (age >= widest || (age >= span && calls >= enough)) break
    const count = recent.counts[place(recent, back)]!
    sum += recent.values[place(recent, back)]! * count
    calls += count
  }
  return { value: calls === 0 ? Number.NaN : sum / calls, calls }
}

/** The median of the last `span` minutes; `NaN` where fewer than `least` buckets lie in them. */
export function median(recent: Recent, span: number, least: number): Level {
  const values: number[] = []
  const calls = each(recent, span, (value) => values.push(value))
  if (values.length < least) return { value: Number.NaN, calls }
  values.sort((a, b) => a - b)
  return { value: medianSorted(values), calls }
}

/** The plain mean of the last `span` minutes; `NaN` where fewer than `least` buckets lie in them. */
export function mean(recent: Recent, span: number, least: number): Level {
  let sum = 0
  let buckets = 0
  const calls = each(recent, span, (value) => {
    sum += value
    buckets++
  })
  return { value: buckets < least ? Number.NaN : sum / buckets, calls }
}

/** The minute of the newest bucket; `NaN` where there is none. */
export const newestMinute = (recent: Recent): number => (recent.length === 0 ? Number.NaN : minuteAt(recent, 0))

export function forget(recent: Recent): void {
  recent.next = 0
  recent.length = 0
}

function each(recent: Recent, span: number, take: (value: number) => void): number {
  let calls = 0
  const newest = minuteAt(recent, 0)
  for (let back = 0; back < recent.length && newest - minuteAt(recent, back) < span; back++) {
    take(recent.values[place(recent, back)]!)
    calls += recent.counts[place(recent, back)]!
  }
  return calls
}

const place = ({ next, minutes }: Recent, back: number): number =>
  (next - 1 - back + 2 * minutes.length) % minutes.length

const minuteAt = (recent: Recent, back: number): number => recent.minutes[place(recent, back)]!
