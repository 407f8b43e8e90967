import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSuite } from '../bench/suite.ts'
import { type Rule, ruleOfKind } from './rule.ts'
import { createTracker, type Track } from './track.ts'

const suite = createSuite('track').filter(({ name }) =>
  ['errors, daily traffic', 'runaway at night', 'latency after a deploy', 'normal: gaps'].includes(name),
)
const rules = (kind: Rule['kind'], bad: Rule['bad']): readonly Rule[] => [
  ruleOfKind(kind, bad),
  ruleOfKind('any', 'both'),
  {
    ...ruleOfKind(kind, bad),
    trigger: { type: 'zscore', sigma: 2, windowMinutes: 60, least: 60, floor: 0, relativeFloor: 0.05 },
  },
]

describe('a track', () => {
  it.each(
    suite.flatMap((series) =>
      rules(series.kind, series.bad).map((rule) => [series.name, rule.trigger.type, series, rule] as const),
    ),
  )('goes on after a restart as if nothing had been: %s under %s', (_name, _type, { rows }, rule) => {
    const tracker = createTracker(rule)
    const points = rows.map(({ timeMs, value, count }, index) => ({
      minute: timeMs / 60_000,
      value: value ?? Number.NaN,
      count: count ?? 0,
      deployed: index === 3000,
    }))
    const through = (cut: number) => {
      let track: Track = tracker.start()
      return points.map((point, index) => {
        if (index === cut) track = structuredClone(track)
        return tracker.take(track, point)
      })
    }
    const whole = through(-1)
    const at = fc.integer({ min: 0, max: points.length - 1 })
    fc.assert(
      fc.property(at, (cut) => {
        expect(through(cut)).toEqual(whole)
      }),
      { numRuns: 2 },
    )
  })

  it('changes nothing for a point that comes again or goes back in time', () => {
    const { rows, kind, bad } = suite[0]!
    const tracker = createTracker(ruleOfKind(kind, bad))
    const track = tracker.start()
    for (const { timeMs, value, count } of rows.slice(0, 500))
      tracker.take(track, { minute: timeMs / 60_000, value: value!, count: count!, deployed: false })
    const before = structuredClone(track)
    for (const minute of [track.last, track.last - 5, 0])
      expect(tracker.take(track, { minute, value: 1, count: 100, deployed: false }).reading).toBeNull()
    expect(track).toEqual(before)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1])('takes %d for a gap', (value) => {
    const tracker = createTracker(ruleOfKind('latency', 'up'))
    const track = tracker.start()
    expect(tracker.take(track, { minute: 1, value, count: 10, deployed: false })).toMatchObject({
      reading: null,
      phase: 'ok',
    })
    expect(track).toEqual(tracker.start())
  })
})
