import { describe, expect, it } from 'vitest'
import { aCall, aParent, decideIn, NOON, someRules } from './fixture.ts'
import { covers, isOver, mayFree, type Switch, standing } from './switch.ts'

const stop = (change: Partial<Switch> = {}): Switch => ({
  scope: 'agent',
  name: 'researcher',
  state: 'held',
  reason: 'it loops.',
  by: 'grace',
  since: NOON - 1000,
  until: null,
  tenantId: null,
  ...change,
})
const trip = (change: Partial<Switch> = {}) => stop({ state: 'tripped', by: 'budget:run-cap', ...change })

describe('standing', () => {
  it.each<[string, Switch | undefined, Switch, 'before' | 'change']>([
    ['the first one stands', undefined, trip(), 'change'],
    ['a hold replaces a trip', trip(), stop(), 'change'],
    ['a hold replaces a hold', stop(), stop({ by: 'ada' }), 'change'],
    ['a trip never replaces a hold', stop(), trip(), 'before'],
    ['the longer trip stands', trip({ until: 5 }), trip({ until: 9 }), 'change'],
    ['the longer trip stands, whichever came first', trip({ until: 9 }), trip({ until: 5 }), 'before'],
    ['without an end is longest', trip(), trip({ until: 9 }), 'before'],
  ])('%s', (_, before, change, which) => {
    expect(standing(before, change)).toBe(which === 'before' ? before : change)
  })
})

describe('mayFree', () => {
  it.each<[string, Switch, boolean, boolean]>([
    ['a person frees a hold', stop(), false, true],
    ['a person frees a trip', trip(), false, true],
    ['the machine frees a trip', trip(), true, true],
    ['the machine frees no hold', stop(), true, false],
  ])('%s', (_, one, machine, expected) => expect(mayFree(one, machine)).toBe(expected))
})

describe('isOver', () => {
  it.each<[string, Switch, boolean]>([
    ['a trip at its end', trip({ until: NOON }), true],
    ['a trip before its end', trip({ until: NOON + 1 }), false],
    ['a trip without one', trip(), false],
    ['a hold, whatever it says', stop({ until: NOON - 1 }), false],
  ])('%s', (_, one, expected) => expect(isOver(one, NOON)).toBe(expected))
})

describe('covers', () => {
  it.each<[string, Partial<Switch>, boolean]>([
    ['everything', { scope: 'global', name: 'all' }, true],
    ['its agent', {}, true],
    ['another agent', { name: 'writer' }, false],
    ['a user', { scope: 'user', name: 'ada' }, true],
    ['a run', { scope: 'run', name: aCall().traceId }, true],
    ['a model', { scope: 'model', name: 'big' }, true],
    ['a tool of no tool call', { scope: 'tool', name: 'search' }, false],
    ['another tenant', { tenantId: 'acme' }, false],
    ['an agent above', { name: 'planner' }, true],
  ])('%s', (_, change, expected) => expect(covers(stop(change), aCall(), ['planner'])).toBe(expected))

  it('keeps a tenant to its own', () => {
    const call = aCall({ tenantId: 'acme' })
    expect(covers(stop({ scope: 'global', name: 'all', tenantId: 'acme' }), call)).toBe(true)
    expect(covers(stop({ scope: 'global', name: 'all', tenantId: 'globex' }), call)).toBe(false)
  })
})

describe('a stopped call', () => {
  it('is refused with who, why and since when, and only a person frees it', () => {
    expect(decideIn(aCall(), someRules(), { switches: [stop()] }).verdict).toEqual({
      decision: 'deny',
      holdId: null,
      heldUsd: 0,
      expiresAt: null,
      reasons: [
        {
          rule: 'switch:agent/researcher',
          code: 'SWITCH_HELD',
          message:
            'agent/researcher is stopped by grace since 2026-11-21T11:59:59.000Z: it loops. Only a person frees it.',
          scope: 'agent',
          retryable: false,
        },
      ],
    })
  })

  it('may be asked for again once a trip ends', () => {
    const [reason] = decideIn(aCall(), someRules(), { switches: [trip({ until: NOON + 1000 })] }).verdict.reasons
    expect(reason).toMatchObject({ code: 'SWITCH_TRIPPED', retryable: true, resetsAt: '2026-11-21T12:00:01.000Z' })
  })

  it('is also one that works for a stopped agent', () => {
    const call = aCall({ agent: 'writer', parentHoldId: 'lent-1' })
    const facts = { switches: [stop()], parent: aParent({ agents: ['researcher'] }) }
    expect(decideIn(call, someRules(), facts).verdict.decision).toBe('deny')
  })
})
