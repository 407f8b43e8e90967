import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Balance } from '../api.ts'
import { barOf, burnOf, outlookOf, type Sample, sampled, usedOf } from './burn.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const balance = (changes: Partial<Balance> = {}): Balance => ({
  name: 'day',
  scope: 'tenant',
  key: 'acme',
  window: { start: '2026-11-21T00:00:00Z', end: '2026-11-22T00:00:00Z' },
  limitUsd: 10,
  spentUsd: 0,
  heldUsd: 0,
  unbackedUsd: 0,
  ...changes,
})
const life = { start: '1970-01-01T00:00:00Z', end: null }

describe('burn', () => {
  it.each([
    ['the average of its window', balance({ spentUsd: 6 }), 0.5],
    ['what the collector measured, where it did', balance({ spentUsd: 6, burnUsdPerHour: 3 }), 3],
    ['zero, where that was measured', balance({ spentUsd: 6, burnUsdPerHour: 0 }), 0],
    ['unknown for a life window', balance({ spentUsd: 6, window: life }), null],
    ['unknown for a window without a start', balance({ spentUsd: 6, window: { start: null, end: null } }), null],
    ['unknown in its first minute', balance({ window: { start: '2026-11-21T11:59:30Z', end: null } }), null],
  ])('is %s', (_, budget, rate) => expect(burnOf(budget, now)).toBe(rate))
})

describe('what the page saw', () => {
  const seen = (...spent: number[]): readonly Sample[] =>
    spent.reduce<readonly Sample[]>((samples, spentUsd, i) => sampled(samples, { at: now + i * 3000, spentUsd }), [])

  it.each([
    ['is a rate after four seconds', seen(1, 1, 1.5), 300],
    ['is none before', seen(1, 2), null],
    ['is none while nothing is spent', seen(1, 1, 1), null],
  ])('%s', (_, samples, rate) => expect(burnOf(balance({ window: life }), now, samples)).toBe(rate))

  it('is forgotten after two minutes', () => {
    const long = seen(...Array.from({ length: 100 }, (_, i) => i))
    expect(long.at(-1)!.at - long[0]!.at).toBe(120_000)
  })

  it('counts less than what the collector measured, and more than the average', () => {
    expect(burnOf(balance({ spentUsd: 6, burnUsdPerHour: 3 }), now, seen(1, 1, 1.5))).toBe(3)
    expect(burnOf(balance({ spentUsd: 6 }), now, seen(1, 1, 1.5))).toBe(300)
  })
})

describe('outlook', () => {
  it.each([
    ['gone when all is spent', balance({ spentUsd: 10 }), { kind: 'gone' }],
    ['gone when the rest is held', balance({ spentUsd: 6, heldUsd: 4 }), { kind: 'gone' }],
    ['ends before the window', balance({ spentUsd: 8, burnUsdPerHour: 2 }), { kind: 'ends', inMs: 3_600_000 }],
    ['lasts as long as the window', balance({ spentUsd: 1, burnUsdPerHour: 0.1 }), { kind: 'lasts' }],
    [
      'never lasts for ever in a window without end',
      balance({ window: life, burnUsdPerHour: 10 }),
      { kind: 'ends', inMs: 3_600_000 },
    ],
    ['still when nothing is spent', balance(), { kind: 'still' }],
  ])('%s', (_, budget, outlook) => expect(outlookOf(budget, now)).toEqual(outlook))
})

describe('bar', () => {
  const money = fc.double({ min: 0, max: 1e6, noNaN: true })

  it('never leaves its box, and marks the limit only where it is passed', () => {
    fc.assert(
      fc.property(money, money, money, (limitUsd, spentUsd, heldUsd) => {
        const bar = barOf(balance({ limitUsd, spentUsd, heldUsd }))
        expect(bar.spent + bar.held).toBeLessThanOrEqual(100 + 1e-9)
        expect(bar.limit === null).toBe(spentUsd + heldUsd <= limitUsd)
      }),
    )
  })

  it('is all used where the limit is nothing', () => {
    expect(usedOf(balance({ limitUsd: 0 }))).toBe(1)
    expect(barOf(balance({ limitUsd: 0 }))).toEqual({ spent: 0, held: 0, limit: null })
  })
})
