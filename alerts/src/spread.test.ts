import fc from 'fast-check'
import { median, medianAbsoluteDeviation } from 'simple-statistics'
import { expect, it } from 'vitest'
import { ago, createRing, push, shift } from './ring.ts'
import { spreadOf } from './spread.ts'

const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 80 })

it('center and middle deviation are those of the library, whatever the order', () => {
  fc.assert(
    fc.property(values, (given) => {
      const ring = createRing(given.length)
      for (const value of given) push(ring, value)
      const spread = spreadOf(ring)
      expect(spread.center).toBeCloseTo(median(given), 3)
      const least = 1.4826 * medianAbsoluteDeviation(given)
      // an even number of distances has two middles; the larger is taken
      expect(spread.above).toBeGreaterThanOrEqual(least - 1e-3)
      expect(spread.below).toBeGreaterThanOrEqual(least - 1e-3)
      expect([spread.lowest, spread.highest]).toEqual([Math.min(...given), Math.max(...given)])
    }),
  )
})

it('a ring holds the newest numbers in order', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 30 }), (given, capacity) => {
      const ring = createRing(capacity)
      for (const value of given) push(ring, value)
      const newest = given.slice(-capacity).reverse()
      expect(newest.map((_, back) => ago(ring, back))).toEqual(newest)
      expect(ago(ring, newest.length)).toBeNaN()
    }),
  )
})

it('shifting moves the center and nothing else', () => {
  const ring = createRing(8)
  for (const value of [1, 2, 3, 4, 50]) push(ring, value)
  const before = spreadOf(ring)
  shift(ring, 100)
  const after = spreadOf(ring)
  expect(after.center).toBe(before.center + 100)
  expect(after.above).toBeCloseTo(before.above, 4)
})
