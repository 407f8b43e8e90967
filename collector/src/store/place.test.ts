import { describe, expect, it } from 'vitest'
import { placeOf } from './place.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const DAY = 86_400_000
const dayOf = (ms: number) => Math.floor(ms / DAY)
const ns = (ms: number) => BigInt(ms) * 1_000_000n

describe('the place of a span', () => {
  it.each([
    ['now', NOW, NOW],
    ['a late one', NOW - 6 * DAY, NOW - 6 * DAY],
    ['one of a clock that is a little ahead', NOW + DAY - 1, NOW + DAY - 1],
    ['an import of last year, kept from its arrival on', NOW - 365 * DAY, NOW],
    ['1970', 0, NOW],
    ['a clock that is far ahead', NOW + 2 * DAY, NOW],
    ['2262', 9_223_372_036_854, NOW],
  ])('is by day for %s', (_name, startMs, keptMs) => {
    expect(placeOf(ns(startMs), NOW)).toEqual({
      day: dayOf(keptMs),
      bucket: Math.floor(startMs / 600_000),
      startNs: ns(startMs),
    })
  })

  it.each([
    [-1n, 0n],
    [2n ** 63n - 1n, 2n ** 63n - 1n],
    [2n ** 64n, 2n ** 63n - 1n],
  ])('holds a start of %d as %d', (given, held) => {
    const place = placeOf(given, NOW)
    expect(place.startNs).toBe(held)
    expect(place.bucket).toBeLessThan(2 ** 32)
  })
})
