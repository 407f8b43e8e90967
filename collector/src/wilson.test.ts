import { expect, test } from 'vitest'
import { wilson } from './wilson.ts'

// by hand from the formula, and as printed in Newcombe 1998, table I
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [10, 10, 0.7225, 1],
])('%d of %d lies between %d and %d', (part, of, low, high) => {
  expect(wilson(part, of)?.low).toBeCloseTo(low, 4)
  expect(wilson(part, of)?.high).toBeCloseTo(high, 4)
})
test('of nothing there is none', () => expect(wilson(0, 0)).toBeNull())
