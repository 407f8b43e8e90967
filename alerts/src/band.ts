/**
 * The trigger for what agents do: five minutes against the last day (level), against this time of day (season), and an
 * hour and a half against the day before this morning (slow). It knows that shares of few calls stray, that timetables
 * recur, and that deploys bring new levels.
 */
import { type Baseline, createBaseline, learn, move, unlearn } from './baseline.ts'
import type { Level, Measure } from './measure.ts'
import { createRecent, forget, median, newestMinute, type Recent, remember } from './recent.ts'
import {
  createRecurrence,
  isCommon,
  isMixed,
  meanRecurs,
  note,
  type Recurrence,
  recurs,
  shiftHeights,
} from './recurrence.ts'
import { createSeason, expected, isSeasonal, learnSeason, moveSeason, type Season, unlearnSeason } from './season.ts'
import { LIMIT, type Point, type Reading, type Side, type Trigger } from './trigger.ts'

export interface BandState {
  readonly recent: Recent
  readonly fast: Baseline
  readonly slow: Baseline
  readonly season: Season
  readonly recurrence: Recurrence
  /** Calls of about a day. */
  calls: number
  /** The last five minutes that were learnt, counted since 1970. */
  learnt: number
  /** Buckets in a row in which the slow channel was over its limit. */
  slowRun: number
  /** How far the limit of what lasts has been reached, fading; 5 is there. */
  lasting: number
  /** Minute of the last deploy whose level is not adopted; -1: none. */
  deployed: number
  /** The same of the slow channel, which takes longer. */
  slowDeployed: number
}

export interface BandSettings {
  readonly measure: Measure
  readonly bad: Side
  /** Minutes from one bucket to the next. */
  readonly step: number
  /** Deviations from which on a level is unusual. @default 5 */
  readonly limit: number
}

const DAY = 288
const LEARN_MINUTES = 5
const FAST_DELAY = 3
const SLOW_DELAY = 72
/** Levels that must be learnt before anything is unusual: an hour; and before the limit is what it should be: half a day. */
const ARMED = 12
const SETTLED = 144
/** How much higher the limit is until then. */
const UNSETTLED = 1.5
const SLOW_LIMIT = 0.85
const SLOW_BUCKETS = 15
const SLOW_MINUTES = 90
/** What stays over this part of the limit for a quarter of an hour or so is over it too. */
const LASTING_LIMIT = 0.68
const LASTING_WEIGHT = 0.08
/** Below this part of the limit a level is normal again. */
const CALM = 0.5
/** A seasonal deviation below this part of the limit excuses a plain one. */
const EXCUSED = 0.4
const LEAST_BAD_CALLS = 4
/** Of five minutes. */
const LEAST_BUCKETS = 3
/** How long after a deploy its level is adopted: by what is fast, and by what is slow. */
const DEPLOY_MINUTES = 30
const SLOW_DEPLOY_MINUTES = 180
/** After this long without a bucket, what was before is not the last five minutes. */
const GAP_MINUTES = 30

/** A level against what was expected of it. */
interface Assessed {
  readonly channel: 'level' | 'season' | 'slow'
  readonly level: number
  readonly center: number
  readonly deviation: number
  readonly side: 1 | -1
  /** Deviations and difference towards the bad side. */
  readonly z: number
  readonly effect: number
  readonly spread: Baseline['spread']
}

export function createBand({ measure, bad, step, limit }: BandSettings): Trigger<BandState> {
  const least = Math.max(1, Math.min(LEAST_BUCKETS, Math.floor(LEARN_MINUTES / step)))

  const read = (state: BandState, point: Point, firing: boolean): Reading | null => {
    if (point.deployed && measure.deploys) state.slowDeployed = state.deployed = point.minute
    if (point.minute - newestMinute(state.recent) > Math.max(GAP_MINUTES, 3 * step)) forget(state.recent)
    remember(state.recent, { ...point, value: inside(point.value) })
    state.calls += point.count - (state.calls * step) / 1440
    const fast = measure.fast(state.recent, least)
    if (Number.isNaN(fast.value)) return null
    const settling = state.deployed >= 0 && point.minute - state.deployed < DEPLOY_MINUTES
    const reading = judge(state, point.minute, fast, settling, firing)
    const troubled = firing || reading?.verdict === 'over' || reading?.verdict === 'certain'
    study(state, point.minute, fast.value, troubled)
    if (state.deployed >= 0 && !settling) adopt(state, point.minute, fast.value, firing)
    if (state.slowDeployed >= 0 && point.minute - state.slowDeployed >= SLOW_DEPLOY_MINUTES) adoptSlow(state, firing)
    return reading
  }

  const judge = (state: BandState, minute: number, fast: Level, settling: boolean, firing: boolean): Reading | null => {
    if (state.fast.ring.length < ARMED) return null
    const needed = measure.effect * (settling ? 2 : 1)
    const chance = chanceOf(state, state.fast.spread.center, fast.calls)
    const plain = assess('level', fast.value, state.fast, 0, chance)
    const season = seasonOf(state, minute, fast.value, chance)
    const few = measure.binomial && badCalls(fast) < LEAST_BAD_CALLS
    const timetable = ({ level, center, side }: Assessed) => {
      // a height is seen from the lower ground: what recurs has raised its own half hours
      const ground = side * Math.min(side * center, side * plain.center)
      return (
        recurs(state.recurrence, minute, level, ground, measure.excuse) ||
        (measure.excuse !== 'never' && isCommon(state.recurrence, minute, level, plain.center))
      )
    }
    let known: boolean | undefined
    const excused = () =>
      (known ??=
        few ||
        (season !== null && season.z < EXCUSED * limit) ||
        timetable(plain) ||
        // what is normal at this time of day is said by the season
        (measure.excuse !== 'never' &&
          season === null &&
          plain.z >= CALM * limit &&
          isMixed(state.recurrence, minute, plain.level, plain.center)))
    const raised = limit * (state.fast.ring.length < SETTLED ? UNSETTLED : 1)
    const plainScore = unless(excused, scoreOf(plain, raised, needed))
    const seasonScore = season === null ? 0 : unless(() => few || timetable(season), scoreOf(season, limit, needed))
    const slow = state.slowDeployed >= 0 ? stopSlow(state) : slowOf(state)
    const slowScore = slow === null ? 0 : runSlow(state, slow, needed, minute)

    const now = season ?? plain
    const quiet = () => settling || excused() || (season !== null && timetable(season))
    const held = unless(quiet, Math.min(2 * LIMIT, scoreOf(now, LASTING_LIMIT * raised, needed)))
    state.lasting = firing ? 0 : state.lasting + LASTING_WEIGHT * (held - state.lasting)
    const lasts = state.lasting >= LIMIT
    const slides = state.slowRun >= SLOW_BUCKETS
    const certain = slides || lasts
    const score = Math.max(plainScore, seasonScore, slides ? slowScore : 0, lasts ? state.lasting : 0)
    const calm = now.z < CALM * limit && (slow === null || slow.z < CALM * limit)
    const loudest =
      slides && slow !== null && slowScore === score ? slow : score > 0 && plainScore === score ? plain : now
    return {
      ...shown(loudest),
      ...bounds(loudest, chance, loudest.channel === 'level' ? raised : limit, needed),
      score,
      verdict: certain ? 'certain' : score >= LIMIT ? 'over' : calm ? 'calm' : 'between',
    }
  }

  const assess = (
    channel: Assessed['channel'],
    level: number,
    { spread }: Baseline,
    usual: number,
    chance: number,
  ): Assessed => {
    const center = spread.center + usual
    const side = bad === 'up' || (bad === 'both' && level >= center) ? 1 : -1
    const deviation = Math.max(side > 0 ? spread.above : spread.below, measure.floor, chance)
    const effect = side * (level - center)
    return { channel, level, center, deviation, side, z: effect / deviation, effect, spread }
  }

  /** How far a share of so few calls strays by chance. A history without a single bad call is not taken for a zero. */
  const chanceOf = (state: BandState, center: number, calls: number): number => {
    if (!measure.binomial) return 0
    const rarest = 0.5 / Math.max(50, state.calls)
    const share = Math.min(Math.max(center, rarest), 1 - rarest)
    return Math.sqrt((share * (1 - share)) / calls)
  }

  const seasonOf = (state: BandState, minute: number, level: number, chance: number): Assessed | null => {
    const { above, below } = state.fast.spread
    if (!isSeasonal(state.season, Math.max(above, below), measure.floor)) return null
    const usual = expected(state.season, minute)
    return Number.isNaN(usual) ? null : assess('season', level, state.season.residual, usual, chance)
  }

  const slowOf = (state: BandState): Assessed | null => {
    if (state.slow.ring.length < SETTLED) return stopSlow(state)
    const { value, calls } = measure.slow(state.recent, least)
    const few = Number.isNaN(value) || (measure.binomial && badCalls({ value, calls }) < LEAST_BAD_CALLS)
    return few
      ? stopSlow(state)
      : assess('slow', value, state.slow, 0, chanceOf(state, state.slow.spread.center, calls))
  }

  const runSlow = (state: BandState, slow: Assessed, needed: number, minute: number): number => {
    const { lowest, highest } = state.slow.spread
    const unseen = slow.side > 0 ? slow.level > highest : slow.level < lowest
    const excused = meanRecurs(state.recurrence, minute, SLOW_MINUTES, slow.level, slow.center, measure.excuse)
    const score = unseen && !excused ? scoreOf(slow, SLOW_LIMIT * limit, needed) : 0
    state.slowRun = score >= LIMIT ? state.slowRun + 1 : 0
    return score
  }

  const badCalls = ({ value, calls }: Level): number => (bad === 'down' ? 1 - value : value) * calls

  const study = (state: BandState, minute: number, level: number, troubled: boolean): void => {
    note(state.recurrence, minute, level, state.fast.spread.center)
    const now = Math.floor(minute / Math.max(LEARN_MINUTES, step))
    if (now === state.learnt || troubled) return
    state.learnt = now
    learn(state.fast, level)
    learnSeason(state.season, minute, level)
    const slow = measure.slow(state.recent, least).value
    if (!Number.isNaN(slow)) learn(state.slow, slow)
  }

  /** What a deploy has settled on is what is expected from now on, unless it is in alert. */
  const adopt = (state: BandState, minute: number, level: number, firing: boolean): void => {
    state.deployed = -1
    if (firing || state.fast.ring.length < ARMED) return
    const settled = median(state.recent, DEPLOY_MINUTES - LEARN_MINUTES, least).value
    const now = Number.isNaN(settled) ? level : settled
    const by = now - (seasonOf(state, minute, now, 0)?.center ?? state.fast.spread.center)
    move(state.fast, by)
    moveSeason(state.season, by)
    shiftHeights(state.recurrence, by)
  }

  const adoptSlow = (state: BandState, firing: boolean): void => {
    state.slowDeployed = -1
    const { value } = measure.slow(state.recent, least)
    if (!firing && !Number.isNaN(value)) move(state.slow, value - state.slow.spread.center)
  }

  const inside = (value: number): number => (measure.logarithmic ? Math.log(Math.max(value, 1e-9)) : value)
  const outside = (level: number): number => (measure.logarithmic ? Math.exp(level) : level)
  const shown = ({ channel, level, center, deviation, side, z }: Assessed) => ({
    level: outside(level),
    center: outside(center),
    deviation: Math.abs(outside(center + side * deviation) - outside(center)),
    z: side * z,
    channel,
  })

  /** Where a level is over the limit: far enough in deviations, and enough to matter. */
  const bounds = ({ channel, center, spread }: Assessed, chance: number, asked: number, needed: number) => {
    const reach = (stray: number) =>
      Math.max((channel === 'slow' ? SLOW_LIMIT : 1) * asked * Math.max(stray, measure.floor, chance), needed)
    return {
      low: bad === 'up' ? null : outside(center - reach(spread.below)),
      high: bad === 'down' ? null : outside(center + reach(spread.above)),
    }
  }

  return {
    start: () => ({
      recent: createRecent(Math.max(LEAST_BUCKETS, Math.ceil(SLOW_MINUTES / step))),
      fast: createBaseline(DAY, FAST_DELAY),
      slow: createBaseline(DAY, SLOW_DELAY),
      season: createSeason(DAY, FAST_DELAY),
      recurrence: createRecurrence(measure.excuse),
      calls: 0,
      learnt: -1,
      slowRun: 0,
      lasting: 0,
      deployed: -1,
      slowDeployed: -1,
    }),
    read,
    relearn: (state) => {
      unlearn(state.fast)
      unlearn(state.slow)
      unlearnSeason(state.season)
      state.slowRun = 0
      state.lasting = 0
    },
  }
}

/** The limit is reached where both the deviations and the effect are. */
const scoreOf = ({ z, effect }: Assessed, limit: number, needed: number): number =>
  Math.max(0, LIMIT * Math.min(z / limit, effect / needed))

/** Excuses look through days: they are asked for where there is something to excuse. */
const unless = (excused: () => boolean, score: number): number => (score === 0 || excused() ? 0 : score)

function stopSlow(state: BandState): null {
  state.slowRun = 0
  return null
}
