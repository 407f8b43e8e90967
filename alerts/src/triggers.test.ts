import { describe, expect, it } from 'vitest'
import { createBurn, createChange, createThreshold } from './fixed.ts'
import { createSilence } from './silence.ts'
import type { Reading, Trigger } from './trigger.ts'
import { createZscore } from './zscore.ts'

/** Values from minute 0 on; `null` is a minute without calls. */
const run = <State>(
  trigger: Trigger<State>,
  values: readonly (number | null)[],
  firing = false,
): (Reading | null)[] => {
  const state = trigger.start()
  return values.map((value, minute) =>
    trigger.read(state, { minute, value: value ?? 0, count: value === null ? 0 : 10, deployed: false }, firing),
  )
}
const last = (readings: readonly (Reading | null)[]) => readings.at(-1)
const many = (count: number, value: number | null) => new Array<number | null>(count).fill(value)

describe('zscore', () => {
  const settings = { bad: 'up', sigma: 2, window: 60, least: 10, floor: 0, relativeFloor: 0.05 } as const
  it('counts standard deviations from the rolling mean of what came before', () => {
    const values = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 9 : 11))
    const reading = last(run(createZscore(settings), [...values, 13]))!
    expect(reading.center).toBe(10)
    expect(reading.deviation).toBeCloseTo(1.026, 3)
    expect(reading.z).toBeCloseTo(2.924, 3)
    expect(reading.verdict).toBe('over')
  })
  it.each([
    ['nothing is judged before the minimum', [...many(9, 1), 100], null],
    ['a constant series has the floor for a deviation', [...many(30, 10), 10.4], 'calm' as const],
    ['and beyond it is over', [...many(30, 10), 11.1], 'over' as const],
    ['the good side is never over', [...many(30, 10), 0], 'calm' as const],
  ])('%s', (_what, values, verdict) => {
    expect(last(run(createZscore(settings), values))?.verdict ?? null).toBe(verdict)
  })
})

describe('threshold', () => {
  const trigger = createThreshold({ bad: 'up', limit: 10, clear: 8 })
  it.each([
    [10, 'over'],
    [9, 'between'],
    [7.9, 'calm'],
  ] as const)('%d is %s', (value, verdict) => {
    expect(last(run(trigger, [value]))?.verdict).toBe(verdict)
  })
  it('looks down as well', () => {
    const low = createThreshold({ bad: 'down', limit: 0.5, clear: 0.5 })
    expect([0.4, 0.5, 0.6].map((value) => last(run(low, [value]))?.verdict)).toEqual(['over', 'over', 'calm'])
  })
})

describe('change', () => {
  const trigger = createChange({ bad: 'up', minutes: 10, by: 2, step: 1 })
  it.each([
    ['a doubling is over', [...many(10, 5), ...many(10, 10)], 'over'],
    ['less is not', [...many(10, 5), ...many(10, 7)], 'calm'],
    ['a halving is not, upwards', [...many(10, 10), ...many(10, 5)], 'calm'],
  ] as const)('%s', (_what, values, verdict) => {
    expect(last(run(trigger, values))?.verdict).toBe(verdict)
  })
  it('needs something to compare with', () => {
    expect(last(run(trigger, many(5, 3)))).toBeNull()
  })
})

describe('burn rate', () => {
  it('needs both windows: a short burst alone does not, nor one that is over', () => {
    const trigger = createBurn({
      budget: 0.01,
      periodMinutes: null,
      longMinutes: 60,
      shortMinutes: 5,
      factor: 10,
      step: 1,
    })
    expect(last(run(trigger, [...many(57, 0), ...many(3, 0.5)]))?.verdict).not.toBe('over')
    expect(last(run(trigger, [...many(40, 0), ...many(20, 0.5)]))?.verdict).toBe('over')
    expect(last(run(trigger, [...many(40, 0.5), ...many(20, 0)]))?.verdict).toBe('calm')
  })
  it('compares amounts with what the budget would last', () => {
    const trigger = createBurn({
      budget: 1440,
      periodMinutes: 1440,
      longMinutes: 60,
      shortMinutes: 5,
      factor: 3,
      step: 1,
    })
    expect(last(run(trigger, many(60, 1)))?.level).toBeCloseTo(1, 5)
    expect(last(run(trigger, many(60, 3.1)))?.verdict).toBe('over')
  })
})

describe('silence', () => {
  const trigger = createSilence({ minutes: 15, talkative: 0.9 })
  it('is certain after a quarter of an hour of one who always talks', () => {
    const readings = run(trigger, [...many(1500, 1), ...many(15, null)])
    expect(readings.slice(-2).map((reading) => reading?.verdict)).toEqual(['between', 'certain'])
  })
  it('is none where there was no habit', () => {
    const talks = Array.from({ length: 1500 }, (_, minute) => (minute % 3 === 0 ? 1 : null))
    expect(last(run(trigger, [...talks, ...many(60, null)]))?.verdict).toBe('between')
  })
  it('is none for who is new, or never spoke', () => {
    expect(last(run(trigger, [...many(200, 1), ...many(60, null)]))).toBeNull()
    expect(last(run(trigger, many(3000, null)))).toBeNull()
  })
})
