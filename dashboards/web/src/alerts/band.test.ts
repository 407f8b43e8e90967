import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Series } from './alerts-api.ts'
import { drawingOf } from './band.ts'

const series = (given: Partial<Series>): Series => {
  const nothing = (given.value ?? []).map(() => null)
  return {
    ...{ labels: {}, start: '', value: [], low: nothing, center: nothing, high: nothing, events: [] },
    state: nothing.map(() => 'ok' as const),
    ...given,
  }
}

test('a value is a line from left to right, broken where there is none', () => {
  expect(drawingOf(series({ value: [0, 10, null, 5, null] }))).toMatchObject({
    value: 'M0 1000L250 0M750 500h1',
    low: 0,
    high: 10,
  })
})

test('a band lies around what is normal', () => {
  const drawing = drawingOf(series({ value: [5, 5], low: [2, 2], center: [5, 5], high: [8, 10] }))
  expect(drawing.band).toBe('M0 200L1000 0L1000 800L0 800Z')
  expect(drawing.center).toBe('M0 500L1000 500')
})

test('a side that is not bad has no limit', () => {
  expect(drawingOf(series({ value: [5, 10], center: [5, 5], high: [8, 8] })).band).toBe(
    'M0 200L1000 200L1000 1000L0 1000Z',
  )
})

test('where it fired is marked, also to the end and for one minute', () => {
  const state = ['ok', 'firing', 'firing', 'pending', 'firing'] as const
  expect(drawingOf(series({ value: [1, 2, 3, 1, 9], state })).firing).toEqual([
    [250, 500],
    [1000, 1000],
  ])
})

test('any numbers at all stay in the box', () => {
  const column = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }), {
    minLength: 6,
    maxLength: 6,
  })
  fc.assert(
    fc.property(column, column, column, column, (value, low, center, high) => {
      const { value: line, band } = drawingOf(series({ value, low, center, high }))
      const numbers = `${line} ${band}`.match(/-?[\d.]+(e[+-]\d+)?|NaN|Infinity/g) ?? []
      for (const one of numbers) {
        expect(Number(one)).toBeGreaterThanOrEqual(0)
        expect(Number(one)).toBeLessThanOrEqual(1000)
      }
    }),
  )
})
