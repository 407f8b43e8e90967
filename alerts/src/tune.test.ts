import { describe, expect, it } from 'vitest'
import { createSuite } from '../bench/suite.ts'
import { readings } from './replay.ts'
import { limits, type Rule, ruleDefaults, ruleOfKind } from './rule.ts'
import { type Tuned, type TuneSettings, tune } from './tune.ts'

const series = createSuite('tune').filter(({ name }) => ['normal: shares', 'normal: daily shares'].includes(name))
/** Three days of each are enough. */
const given = series.map(({ rows, deploys }) => ({ rows: rows.slice(0, 4320), deploys }))
const starts = given.map(({ rows }) => rows[0]!.timeMs)
const settings: TuneSettings = {
  perWeek: 2,
  fromMs: Math.min(...starts) + 86_400_000,
  toMs: Math.max(...given.map(({ rows }) => rows.at(-1)!.timeMs)),
}
const run = (rule: Rule, perWeek = settings.perWeek): Tuned => {
  const steps = tune(rule, given, { ...settings, perWeek })
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}
const band = ruleOfKind('ratio', 'up')

describe('tuning', () => {
  it('proposes the most sensitive that would have been quiet enough, and it is', () => {
    const { best, trials } = run(band)
    expect(trials.map(({ window }) => window)).toEqual(['3 of 4', '5 of 7', '10 of 14'])
    expect(best!.alertsPerWeek).toBeLessThanOrEqual(2)
    const weeks = (settings.toMs - settings.fromMs) / (7 * 86_400_000)
    const fired = given.flatMap(({ rows, deploys }) =>
      [...readings(rows, best!.rule, deploys, 1)].filter(
        ({ event, row }) => event === 'fired' && row.timeMs >= settings.fromMs && row.timeMs < settings.toMs,
      ),
    )
    expect(fired.length / weeks).toBeCloseTo(best!.alertsPerWeek, 9)
  })

  it('is more sensitive the more may be told', () => {
    const limitsOf = [1, 50].map((perWeek) => run(band, perWeek).best?.limit ?? Number.POSITIVE_INFINITY)
    expect(limitsOf).toEqual([...limitsOf].sort((a, b) => b - a))
  })

  it('tries windows of the plain rule, and has nothing to try where a person set the limit', () => {
    const plain = { type: 'zscore', sigma: 3, windowMinutes: 60, least: 60, floor: 0, relativeFloor: 0.05 } as const
    expect(run({ ...band, trigger: plain }).trials.map(({ window }) => window)).toEqual([
      '60 min',
      '360 min',
      '1440 min',
    ])
    expect(run({ ...band, ...ruleDefaults, trigger: { type: 'threshold', limit: 1, clear: 1 } })).toEqual({
      trials: [],
      best: null,
    })
    expect(limits.band).toBeGreaterThan(2)
  })
})
