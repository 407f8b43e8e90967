import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTails, learnTail, rarity } from './tails.ts'

const learnt = (values: readonly number[]) => {
  const tails = createTails()
  for (const value of values) learnTail(tails, value)
  return tails
}

/** The rank among all values, without blocks. */
const exact = (values: readonly number[], value: number): number => {
  const known = values.length
  const up = (values.filter((past) => past >= value).length + 1) / (known + 1)
  const down = (values.filter((past) => past <= value).length + 1) / (known + 1)
  return -Math.log10(2 * Math.min(up, down, 0.5))
}

const drawn = (count: number, seed: number) =>
  Array.from({ length: count }, (_, index) => Math.fround(Math.sin(seed + index * 12.9898) * 43758.5453) % 1000)

it('says nothing before a hundred numbers', () => {
  expect(rarity(learnt(drawn(99, 1)), 1e9, 1)).toBe(0)
})

it('is the exact rank where numbers are rare', () => {
  const values = drawn(3500, 7)
  const tails = learnt(values)
  const order = values.toSorted((a, b) => a - b)
  for (const place of [0, 1, 3, order.length - 4, order.length - 2, order.length - 1])
    expect(rarity(tails, order[place]!, 1)).toBeCloseTo(exact(values, order[place]!), 5)
})

it('is close to the exact rank everywhere, and never negative', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 3900 }),
      fc.integer(),
      fc.integer({ min: -1000, max: 1000 }),
      (count, seed, at) => {
        const values = drawn(count, seed % 1000)
        const got = rarity(learnt(values), at, 1)
        expect(got).toBeGreaterThanOrEqual(0)
        if (at >= Math.min(...values) && at <= Math.max(...values)) {
          // where it matters, the tails, the ends are known number by number
          if (exact(values, at) > 1.5) expect(Math.abs(got - exact(values, at))).toBeLessThan(0.2)
        }
      },
    ),
    { numRuns: 40 },
  )
})

it('grows with the distance beyond everything known', () => {
  const tails = learnt(drawn(1000, 3))
  const near = rarity(tails, 1001, 1)
  expect(rarity(tails, 1e6, 1)).toBeGreaterThan(near + 2)
})

it('takes a constant series for what it is', () => {
  const tails = learnt(new Array<number>(500).fill(42))
  expect(rarity(tails, 42, 1e-9)).toBe(0)
  expect(rarity(tails, 42.1, 1e-9)).toBeGreaterThan(5)
})
