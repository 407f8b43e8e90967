/** The shape of a day: what each half hour is usually like, and how far the series strays from that. */
import { type Baseline, createBaseline, learn, unlearn } from './baseline.ts'

export interface Season {
  readonly profile: Float32Array
  /** Days that each half hour has seen, up to 255. */
  readonly days: Uint8Array
  readonly residual: Baseline
  slot: number
  sum: number
  count: number
}

const SLOTS = 48
const SLOT_MINUTES = 30
/** How much the newest day counts, once there are some. */
const NEWEST = 0.3

export const createSeason = (size: number, delay: number): Season => ({
  profile: new Float32Array(SLOTS),
  days: new Uint8Array(SLOTS),
  residual: createBaseline(size, delay),
  slot: -1,
  sum: 0,
  count: 0,
})

/** The usual level at this minute of the day, between the middles of two half hours; `NaN` where one was never seen. */
export function expected({ profile, days }: Season, minute: number): number {
  const position = minute / SLOT_MINUTES - 0.5
  const before = Math.floor(position)
  const a = modulo(before, SLOTS)
  const b = modulo(before + 1, SLOTS)
  if (days[a] === 0 || days[b] === 0) return Number.NaN
  const part = position - before
  return profile[a]! * (1 - part) + profile[b]! * part
}

/** A half hour is learnt when it has ended. */
export function learnSeason(season: Season, minute: number, level: number): void {
  const usual = expected(season, minute)
  if (!Number.isNaN(usual)) learn(season.residual, level - usual)
  const slot = modulo(Math.floor(minute / SLOT_MINUTES), SLOTS)
  if (slot !== season.slot) {
    endSlot(season)
    season.slot = slot
  }
  season.sum += level
  season.count++
}

export function moveSeason(season: Season, by: number): void {
  for (let slot = 0; slot < SLOTS; slot++) season.profile[slot]! += by
  season.sum += by * season.count
}

export function unlearnSeason(season: Season): void {
  season.days.fill(0)
  season.slot = -1
  season.sum = 0
  season.count = 0
  unlearn(season.residual)
}

/** Two days are in, and the day's shape explains enough of `plain`, the deviation without it. */
export const isSeasonal = ({ residual }: Season, plain: number, floor: number): boolean =>
  residual.ring.length >= 0.9 * residual.ring.values.length &&
  Math.max(residual.spread.above, residual.spread.below, floor) < 0.7 * plain

function endSlot(season: Season): void {
  if (season.count > 0 && season.slot >= 0) {
    const { slot, profile, days } = season
    const seen = days[slot]! + 1
    const weight = Math.max(NEWEST, 1 / seen)
    profile[slot] = profile[slot]! * (1 - weight) + (season.sum / season.count) * weight
    days[slot] = Math.min(seen, 255)
  }
  season.sum = 0
  season.count = 0
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
