import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { increasesOf, isCounter } from './increase.ts'
import { type ReplayRow, replay } from './replay.ts'
import { ruleOfKind } from './rule.ts'

const MINUTE = 60_000
const rowsOf = (values: readonly (number | null)[]): ReplayRow[] =>
  values.map((value, minute) => ({ timeMs: minute * MINUTE, value, count: null }))
/** Running totals of amounts that start again after these minutes. */
const counted = (amounts: readonly number[], starts: readonly number[] = []) => {
  let total = 0
  return rowsOf(
    amounts.map((amount, minute) => {
      total = starts.includes(minute) ? amount : total + amount
      return total
    }),
  )
}
const amounts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 200 })

describe('a counter', () => {
  it('grows by what was counted, but where it starts again', () => {
    fc.assert(
      fc.property(amounts, fc.nat(), (given, start) => {
        const at = 20 + (start % (given.length - 20))
        const rows = counted(given, [at])
        expect(isCounter(rows)).toBe(true)
        const grown = given.map((amount, minute) => (minute === 0 || minute === at ? null : amount))
        expect(increasesOf(rows, 1).map(({ value }) => value)).toEqual(grown)
      }),
    )
  })

  it.each<[string, ReplayRow[]]>([
    ['amounts', rowsOf(Array.from({ length: 99 }, (_, minute) => 5 + (minute % 3)))],
    ['what stands still', rowsOf(Array.from({ length: 99 }, () => 5))],
    ['too little', counted([1, 2, 3])],
    [
      'what falls a little',
      counted(Array.from({ length: 99 }, () => 5)).map((row, at) => (at === 50 ? { ...row, value: 230 } : row)),
    ],
    ['what is below nothing', rowsOf(Array.from({ length: 99 }, (_, minute) => minute - 5))],
  ])('is not %s', (_what, rows) => {
    expect(isCounter(rows)).toBe(false)
  })

  it('is spread over a gap, and neither a gap nor time that goes back is growth', () => {
    const rows = rowsOf([10, null, null, 40, 50, 50])
    expect(increasesOf(rows, 1).map(({ value }) => value)).toEqual([null, null, null, 10, 10, 0])
    const back = [...rows, { timeMs: 2 * MINUTE, value: 70, count: null }]
    expect(increasesOf(back, 1).at(-1)?.value).toBeNull()
  })

  it('that starts again wakes nobody, and one that runs away does', () => {
    const rate = (minute: number) => 20 + ((minute * 7919) % 13)
    const of = (values: readonly number[], starts: readonly number[]) =>
      [...replay(increasesOf(counted(values, starts), 1), ruleOfKind('any', 'both'), [], 1)].filter(
        ({ event }) => event === 'fired',
      )
    const calm = Array.from({ length: 3000 }, (_, minute) => rate(minute))
    expect(of(calm, [1500, 1700])).toEqual([])
    const wild = calm.map((amount, minute) => (minute >= 2500 && minute < 2530 ? 5 * amount : amount))
    const [fired] = of(wild, [1500])
    expect(fired!.timeMs / MINUTE).toBeGreaterThanOrEqual(2500)
    expect(fired!.timeMs / MINUTE).toBeLessThan(2510)
  })
})
