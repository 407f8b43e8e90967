/**
 * The trigger for any series, with nothing configured: how rare is this value, this change, this smoothed level and this
 * recent level among the last few thousand? Ranks instead of deviations, because heavy tails make every number of
 * deviations wrong for some series.
 */
import { ago, createRing, push, type Ring } from './ring.ts'
import { createTails, learnTail, rarity, type Tails } from './tails.ts'
import { LIMIT, type Point, type Reading, type Side, type Trigger } from './trigger.ts'

export interface TailRankState {
  readonly value: Tails
  readonly change: Tails
  readonly smooth: Tails
  readonly recent: Tails
  /** The last values, for the recent level and the one before it. */
  readonly last: Ring
  smoothed: number
  /** Mean and variance of the last few thousand, fading. */
  mean: number
  variance: number
  known: number
  /** The score that was told last, and how many records ago. */
  toldScore: number
  toldAgo: number
}

const SMOOTHING = 0.05
const RECENT = 10
const BEFORE = 200
const FADING = 1 / 2000
/** Records after an alert in which only something worse is told. */
const REFRACTORY = 100
const WORSE = 1.1
const SIDE_WEIGHT = 0.5
const SMALLEST_RANGE = 1e-9

/** `limit`: the sum of the four that is reported as 5. */
export function createTailRank({ bad, limit }: { readonly bad: Side; readonly limit: number }): Trigger<TailRankState> {
  const read = (state: TailRankState, { value }: Point): Reading => {
    const before = ago(state.last, 0)
    const first = Number.isNaN(before)
    state.smoothed = first ? value : state.smoothed + SMOOTHING * (value - state.smoothed)
    push(state.last, value)
    const leastRange = SMALLEST_RANGE * Math.max(Math.abs(value), SMALLEST_RANGE)
    const ranked = (tails: Tails, number: number): number => {
      const score = rarity(tails, number, leastRange)
      learnTail(tails, number)
      return score
    }
    const { mean } = state
    const deviation = Math.sqrt(state.variance)
    const parts = {
      value: ranked(state.value, value),
      change: first ? 0 : SIDE_WEIGHT * ranked(state.change, value - before),
      smooth: SIDE_WEIGHT * ranked(state.smooth, state.smoothed),
      recent: state.last.length < BEFORE + RECENT ? 0 : SIDE_WEIGHT * ranked(state.recent, rise(state.last)),
    }
    settle(state, value)
    const wrong = bad === 'both' || (bad === 'up' ? value >= mean : value <= mean)
    const raw = wrong ? (LIMIT / limit) * (parts.value + parts.change + parts.smooth + parts.recent) : 0
    const score = tell(state, raw)
    const [channel] = Object.entries(parts).reduce((a, b) => (b[1] > a[1] ? b : a))
    return {
      level: value,
      center: first ? null : mean,
      deviation: first ? null : deviation,
      z: deviation > 0 ? (value - mean) / deviation : null,
      score,
      verdict: score >= LIMIT ? 'over' : raw < LIMIT / 2 ? 'calm' : 'between',
      low: null,
      high: null,
      channel,
    }
  }

  return {
    start: () => ({
      value: createTails(),
      change: createTails(),
      smooth: createTails(),
      recent: createTails(),
      last: createRing(BEFORE + RECENT),
      smoothed: 0,
      mean: 0,
      variance: 0,
      known: 0,
      toldScore: 0,
      toldAgo: REFRACTORY,
    }),
    read,
    relearn: () => {},
  }
}

/** What has just been told counts only as far as it has become worse. */
function tell(state: TailRankState, raw: number): number {
  const silent = state.toldAgo < REFRACTORY
  state.toldAgo++
  const score = silent ? Math.min(raw, (LIMIT * raw) / (WORSE * state.toldScore)) : raw
  if (score < LIMIT) return score
  state.toldScore = raw
  state.toldAgo = 0
  return silent ? raw : score
}

/** The mean of the newest values above the mean of those before them. */
function rise(last: Ring): number {
  let recent = 0
  let before = 0
  for (let back = 0; back < RECENT; back++) recent += ago(last, back)
  for (let back = RECENT; back < RECENT + BEFORE; back++) before += ago(last, back)
  return recent / RECENT - before / BEFORE
}

function settle(state: TailRankState, value: number): void {
  const weight = Math.max(FADING, 1 / ++state.known)
  const off = value - state.mean
  state.mean += weight * off
  state.variance = (1 - weight) * (state.variance + weight * off * off)
}
