/** A rule over the past: would it have fired, and when? */
import type { Change, Phase, Step } from './lifecycle.ts'
import type { Rule } from './rule.ts'
import { createTracker } from './track.ts'
import type { Reading } from './trigger.ts'

export interface ReplayRow {
  readonly timeMs: number
  /** `null`: nothing was measured. */
  readonly value: number | null
  /** `null`: not known. */
  readonly count: number | null
}

export interface ReplayLine {
  readonly timeMs: number
  readonly value: number | null
  readonly center: number | null
  readonly deviation: number | null
  readonly z: number | null
  /** 5 is the limit, whatever the series. */
  readonly score: number
  readonly state: Phase
  readonly event: Change | null
}

/** What a value is taken to stand on where the data does not say. */
const UNKNOWN_CALLS = 30
const MINUTE = 60_000

/** What a rule makes of one row. */
export interface Replayed {
  readonly row: ReplayRow
  /** `null`: too little to compare. */
  readonly reading: Reading | null
  readonly state: Phase
  readonly event: Change | null
  /** Why it ended. */
  readonly cause: Step['cause']
}

/** One for every row, in their order. `deploys`: ms since 1970, ascending. */
export function* readings(
  rows: Iterable<ReplayRow>,
  rule: Rule,
  deploys: readonly number[],
  step: number,
): Generator<Replayed> {
  const tracker = createTracker(rule, step)
  const track = tracker.start()
  const share = rule.kind === 'ratio' || rule.kind === 'score'
  let next = 0
  for (const row of rows) {
    const { timeMs, value, count } = row
    const due = next
    while (next < deploys.length && deploys[next]! <= timeMs) next++
    const { reading, phase, change, cause } = tracker.take(track, {
      minute: Math.floor(timeMs / MINUTE),
      value: value ?? Number.NaN,
      count: count ?? (share ? UNKNOWN_CALLS : 1),
      deployed: next > due,
    })
    // a deploy that fell into a gap is told with the next value
    if (value === null) next = due
    yield { row, reading, state: phase, event: change, cause }
  }
}

/** The same as one line for every row. */
export function* replay(...given: Parameters<typeof readings>): Generator<ReplayLine> {
  for (const { row, reading, state, event } of readings(...given))
    yield {
      timeMs: row.timeMs,
      value: row.value,
      center: reading?.center ?? null,
      deviation: reading?.deviation ?? null,
      z: reading?.z ?? null,
      score: reading?.score ?? 0,
      state,
      event,
    }
}

/** Minutes between rows that are usual in this data, at least one. */
export function stepOf(rows: readonly ReplayRow[]): number {
  const gaps: number[] = []
  for (let index = 1; index < rows.length; index++) {
    const gap = rows[index]!.timeMs - rows[index - 1]!.timeMs
    if (gap > 0) gaps.push(gap)
  }
  gaps.sort((a, b) => a - b)
  return Math.max(1, Math.round((gaps[gaps.length >> 1] ?? MINUTE) / MINUTE))
}
