/** Which limit, over which minutes, would have fired as often as is wanted? The same rule over the past, tried again and again. */
import { type ReplayRow, readings } from './replay.ts'
import type { Rule } from './rule.ts'

export interface TuneSeries {
  readonly rows: readonly ReplayRow[]
  /** ms since 1970, ascending. */
  readonly deploys: readonly number[]
}

export interface TuneSettings {
  /** Alerts of all series in a week. */
  readonly perWeek: number
  /** Alerts before this are learning; ms since 1970. */
  readonly fromMs: number
  readonly toMs: number
}

export interface Trial {
  readonly rule: Rule
  /** Deviations, rarity, or whatever the rule's limit is counted in. */
  readonly limit: number
  /** What was tried as its window, in words: `3 of 4`, or minutes. */
  readonly window: string
  readonly alertsPerWeek: number
}

export interface Tuned {
  /** The lowest limit of each window that is quiet enough, or the highest that was tried. */
  readonly trials: readonly Trial[]
  /** The most sensitive that is quiet enough; `null`: none was. */
  readonly best: Trial | null
}

const WEEK_MS = 7 * 86_400_000
const LIMITS = { lowest: 2, highest: 20 } as const
/** Halvings between them: a limit to about half a deviation. */
const STEPS = 5

/** Works a slice at a time: whoever drives it may do something else at every `yield`. Rules with fixed limits: no trials. */
export function* tune(rule: Rule, series: readonly TuneSeries[], settings: TuneSettings): Generator<void, Tuned> {
  const weeks = Math.max(settings.toMs - settings.fromMs, 1) / WEEK_MS
  const trials: Trial[] = []
  for (const [window, shaped] of windowsOf(rule)) {
    const measure = function* (limit: number): Generator<void, Trial> {
      const tried = { ...shaped, trigger: limited(shaped.trigger, limit) }
      let alerts = 0
      for (const one of series) {
        alerts += countOf(tried, one, settings)
        yield
      }
      return { rule: tried, limit, window, alertsPerWeek: alerts / weeks }
    }
    trials.push(yield* lowest(measure, settings.perWeek))
  }
  const quiet = trials.filter(({ alertsPerWeek }) => alertsPerWeek <= settings.perWeek)
  const best = quiet.toSorted((a, b) => a.limit - b.limit || b.alertsPerWeek - a.alertsPerWeek)[0] ?? null
  return { trials, best }
}

/** The lowest limit that is quiet enough, by halves; the highest where none is. */
function* lowest(measure: (limit: number) => Generator<void, Trial>, perWeek: number): Generator<void, Trial> {
  let [low, high]: [number, number] = [LIMITS.lowest, LIMITS.highest]
  const first = yield* measure(low)
  if (first.alertsPerWeek <= perWeek) return first
  let best = yield* measure(high)
  if (best.alertsPerWeek > perWeek) return best
  for (let step = 0; step < STEPS; step++) {
    const middle = round((low + high) / 2)
    const trial = yield* measure(middle)
    if (trial.alertsPerWeek <= perWeek) {
      best = trial
      high = middle
    } else low = middle
  }
  return best
}

function countOf(rule: Rule, { rows, deploys }: TuneSeries, { fromMs, toMs }: TuneSettings): number {
  let alerts = 0
  for (const { row, event } of readings(rows, rule, deploys, 1))
    if (event === 'fired' && row.timeMs >= fromMs && row.timeMs < toMs) alerts++
  return alerts
}

/** What the rule looks at: how many of its newest minutes, or the minutes of its rolling window. */
function windowsOf(rule: Rule): readonly (readonly [string, Rule])[] {
  const { trigger } = rule
  if (trigger.type === 'zscore')
    return [60, 360, 1440].map((windowMinutes) => [
      `${windowMinutes} min`,
      { ...rule, trigger: { ...trigger, windowMinutes } },
    ])
  if (trigger.type === 'band')
    return [
      [3, 4],
      [5, 7],
      [10, 14],
    ].map(([hits, of]) => [`${hits} of ${of}`, { ...rule, hits: hits!, of: of! }])
  return trigger.type === 'tail-rank' ? [[`${rule.hits} of ${rule.of}`, rule]] : []
}

function limited(trigger: Rule['trigger'], limit: number): Rule['trigger'] {
  if (trigger.type === 'zscore') return { ...trigger, sigma: limit }
  return trigger.type === 'band' || trigger.type === 'tail-rank' ? { ...trigger, limit } : trigger
}

const round = (limit: number): number => Math.round(limit * 100) / 100
