import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import { barOf, marks } from './scale.ts'
import { buildTree } from './tree.ts'

test.each([
  [18_420, 6, [0, 5000, 10_000, 15_000]],
  [1000, 5, [0, 200, 400, 600, 800, 1000]],
  [90_000, 4, [0, 30_000, 60_000, 90_000]],
  [0.5, 5, [0, 0.1, 0.2, 0.3, 0.4, 0.5]],
  [3 * 86_400_000, 3, [0, 86_400_000, 172_800_000, 259_200_000]],
])('marks of %d ms, about %d', (lengthMs, wanted, times) => {
  const found = marks(lengthMs, wanted)
  expect(found).toHaveLength(times.length)
  for (const [i, time] of times.entries()) expect(found[i]).toBeCloseTo(time, 9)
})

test('marks are few, rise from 0 and stay on the axis, whatever its length', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e13, noNaN: true }),
      fc.integer({ min: 1, max: 12 }),
      (lengthMs, wanted) => {
        const found = marks(lengthMs, wanted)
        expect(found[0]).toBe(0)
        expect(found.length).toBeLessThanOrEqual(wanted + 2)
        expect(found.at(-1)).toBeLessThanOrEqual(lengthMs * 1.000001)
      },
    ),
  )
})

test('bars stay on the axis, also where clocks are days off', () => {
  const tree = buildTree([
    spanOf({ spanId: 'a', durationMs: 100 }),
    spanOf({ spanId: 'b', startTime: '2026-11-21T09:00:00.050000000Z', durationMs: 25 }),
    spanOf({ spanId: 'c', startTime: '1970-01-01T00:00:00.000000000Z', durationMs: 1 }),
  ])
  expect(barOf(tree.nodes.get('a')!, tree.lengthMs)).toEqual({ left: 0, width: 100 })
  expect(barOf(tree.nodes.get('b')!, tree.lengthMs)).toEqual({ left: 50, width: 25 })
  expect(barOf(tree.nodes.get('c')!, tree.lengthMs)).toEqual({ left: 0, width: 0 })
})
