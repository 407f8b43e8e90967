import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_NANO_USD, nanoFromUsd, usdFromNano } from './money.ts'

describe('nanoFromUsd', () => {
  it.each([
    [0, 0],
    [1, 1_000_000_000],
    [0.1, 100_000_000],
    [0.000_000_001, 1],
    [0.000_000_000_4, 1],
    [0.000_001_500_1, 1501],
    [1.005, 1_005_000_000],
  ])('%s USD is %s', (usd, nano) => expect(nanoFromUsd(usd)).toBe(nano))

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0.01, 1e10])('%s is no amount', (usd) => {
    expect(nanoFromUsd(usd)).toBeUndefined()
  })

  it('gives back every amount that was written with nine decimals', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: MAX_NANO_USD }), (nano) => nanoFromUsd(usdFromNano(nano)) === nano))
  })

  it('never rounds in favour of the spender', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1000, noNaN: true }),
        (usd) => nanoFromUsd(usd)! >= usd * 1e9 * (1 - 2 ** -50),
      ),
    )
  })
})
