/** What a value is, which decides how values are put together and what difference would matter to anyone. */
import { type Level, mean, median, type Recent, weightedMean } from './recent.ts'
import type { Excuse } from './recurrence.ts'

export type { Level }

export type Kind = 'ratio' | 'latency' | 'sum' | 'score'

export interface Measure {
  /** Levels are logarithms: effects are relative. */
  readonly logarithmic: boolean
  /** Deviations below this are not believed. */
  readonly floor: number
  /** The least difference worth an alert. */
  readonly effect: number
  /** The last five minutes. */
  readonly fast: (recent: Recent, least: number) => Level
  /** The last hour and a half. */
  readonly slow: (recent: Recent, least: number) => Level
  /** How often the same height must have come at this time to be excused. */
  readonly excuse: Excuse
  /** A deploy excuses a new level. */
  readonly deploys: boolean
  /** A share of calls, which strays by chance the more the fewer they are. */
  readonly binomial: boolean
}

const FAST = 5
const SLOW = 90
/** A share or a score of fewer calls is widened to longer than five minutes, up to an hour. */
const ENOUGH = 30
const WIDEST = 60
/** Fewer calls than this say nothing about a share. */
const LEAST_CALLS = 8

const share = (level: Level): Level => (level.calls < LEAST_CALLS ? { value: Number.NaN, calls: level.calls } : level)
const shares = {
  logarithmic: false,
  fast: (recent: Recent) => share(weightedMean(recent, FAST, WIDEST, ENOUGH)),
  slow: (recent: Recent) => share(weightedMean(recent, SLOW, SLOW, ENOUGH)),
  excuse: 'never',
  deploys: false,
} as const
const amounts = {
  logarithmic: true,
  fast: (recent: Recent, least: number) => median(recent, FAST, least),
  slow: (recent: Recent, least: number) => mean(recent, SLOW, 6 * least),
  deploys: true,
  binomial: false,
} as const

export const measures: Readonly<Record<Kind, Measure>> = {
  ratio: { ...shares, floor: 0.004, effect: 0.016, binomial: true },
  score: { ...shares, floor: 0.008, effect: 0.04, binomial: false },
  latency: { ...amounts, floor: 0.03, effect: Math.log(1.22), excuse: 'two days' },
  sum: { ...amounts, floor: 0.05, effect: Math.log(1.5), excuse: 'yesterday or last week' },
}
