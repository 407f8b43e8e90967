import { describe, expect, it } from 'vitest'
import type { Balance } from './account.ts'
import type { Budget } from './budget.ts'
import { aBudget, NOON, nano } from './fixture.ts'
import { staysTripped, tripOf } from './trip.ts'

const END = NOON + 3600_000
const balance = (change: Partial<Balance> = {}): Balance => ({
  budget: 'run-cap',
  key: 'ab',
  window: { start: 0, end: END },
  limit: nano(1),
  held: 0,
  spent: nano(1),
  uncertain: 0,
  ...change,
})

describe('tripOf', () => {
  it('stops what the budget is for, until its window ends', () => {
    expect(tripOf(aBudget(), balance(), NOON)).toEqual({
      scope: 'run',
      name: 'ab',
      state: 'tripped',
      reason: 'run-cap: 1.00 USD of 1.00 USD is spent until 2026-11-21T13:00:00.000Z.',
      by: 'budget:run-cap',
      since: NOON,
      until: END,
      tenantId: null,
    })
  })

  it.each<[string, Partial<Budget>, Partial<Balance>]>([
    ['something is left', {}, { spent: nano(1) - 1 }],
    ['the rest is held, not spent', {}, { spent: 0, held: nano(1) }],
    ['it only watches', { shadow: true }, {}],
    ['its scope is combined', { scope: ['tenant', 'agent'] }, {}],
    ['it means only some of the calls', { match: { model: ['gpt-*'] } }, {}],
    ['it frees little by little', {}, { window: { start: 0, end: null, rollingMs: 1000 } }],
    ['its window is over', {}, { window: { start: 0, end: NOON } }],
  ])('stops nothing where %s', (_, budget, change) => {
    expect(tripOf(aBudget(budget), balance(change), NOON)).toBeNull()
  })
})

describe('staysTripped', () => {
  const stop = tripOf(aBudget(), balance(), NOON)!
  it.each<[string, Budget | undefined, Balance | undefined, number, boolean]>([
    ['nothing changed', aBudget(), balance(), NOON, true],
    ['the window ended', aBudget(), balance(), END, false],
    ['the limit was raised', aBudget({ limit: nano(2) }), balance(), NOON, false],
    ['spend was corrected', aBudget(), balance({ spent: 0 }), NOON, false],
    ['the budget is gone', undefined, balance(), NOON, false],
    ['the budget only watches now', aBudget({ shadow: true }), balance(), NOON, false],
    ['it is of another budget', aBudget({ name: 'other' }), balance(), NOON, false],
    ['the ledger knows no such account', aBudget(), undefined, NOON, false],
  ])('%s', (_, budget, standing, now, expected) => expect(staysTripped(stop, budget, standing, now)).toBe(expected))
})
