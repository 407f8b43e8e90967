import { expect, it } from 'vitest'
import { numentaScore, profiles } from './alerts-numenta.ts'

const minute = (index: number) => index * 60_000
/** 1000 records with a window at 400 to 499; found at these records. */
const scored = (...found: readonly number[]) => ({
  scores: Array.from({ length: 1000 }, (_, index) => (found.includes(index) ? 9 : 0)),
  timesMs: Array.from({ length: 1000 }, (_, index) => minute(index)),
  windows: [{ startMs: minute(400), endMs: minute(499) }],
})

it.each([
  ['nothing found is 0', [], 0, 1e-9],
  ['the first record of the window is 100', [400], 100, 1e-9],
  ['only the first find in a window counts', [400, 450, 499], 100, 1e-9],
  // one false alarm before any window costs .11 of the 2 between nothing and everything
  ['a false alarm costs', [300, 400], 100 - 5.5, 1e-9],
  ['a late find is worth less', [499], 51.2, 0.3],
  ['the first 15 % are not scored', [10, 400], 100, 1e-9],
])('%s', (_what, found, score, within) => {
  expect(Math.abs(numentaScore([scored(...found)], 5, profiles[0]!) - score)).toBeLessThanOrEqual(within)
})
