import { describe, expect, it } from 'vitest'
import type { Rung } from './budget.ts'
import type { Call } from './call.ts'
import { aBudget, aCall, decideIn, NOON, nano, someRules } from './fixture.ts'
import type { DecisionName } from './verdict.ts'

const degrade: Rung = { at: 0.8, resume: 0.75, do: 'degrade', models: { big: 'small' }, maxOutputTokens: null }
const shorten: Rung = { at: 0.8, resume: 0.75, do: 'degrade', models: {}, maxOutputTokens: 100 }
const pause: Rung = { at: 0.9, resume: 0.85, do: 'pause', below: 'critical' }
const stop: Rung = { at: 0.95, resume: 0.9, do: 'stop' }

const only = (...budgets: Parameters<typeof aBudget>[0][]) => someRules({ budgets: budgets.map((one) => aBudget(one)) })

describe('the ladder', () => {
  const ladder = [degrade, pause, stop]
  it.each<[string, number, Partial<Call>, DecisionName, number, string | undefined]>([
    ['below 80 % nothing', 0.799, {}, 'allow', 0.1, undefined],
    ['at 80 % the cheaper model', 0.8, {}, 'degrade', 0.01, 'small'],
    ['at 80 % another model has no cheaper one', 0.8, { model: 'small' }, 'allow', 0.01, undefined],
    ['at 90 % what is not critical waits', 0.9, {}, 'deny', 0, undefined],
    ['at 90 % batch waits too', 0.9, { priority: 'batch' }, 'deny', 0, undefined],
    ['at 90 % the critical goes on, cheaper', 0.9, { priority: 'critical' }, 'degrade', 0.01, 'small'],
    ['at the stop nothing goes on', 0.95, { priority: 'critical' }, 'deny', 0, undefined],
    [
      'at 80 % tools go on',
      0.8,
      { kind: 'tool', model: null, toolName: 'search', estimate: nano(0.1) },
      'allow',
      0.1,
      undefined,
    ],
  ])('%s', (_, spent, change, decision, heldUsd, model) => {
    const { verdict } = decideIn(aCall(change), only({ ladder }), { on: { 'run-cap': { spent: nano(spent) } } })
    expect(verdict).toMatchObject({ decision, heldUsd })
    expect(verdict.model).toBe(model)
  })

  it('prices the degraded call anew, and says why', () => {
    const { verdict, hold, call } = decideIn(aCall(), only({ ladder }), { on: { 'run-cap': { held: nano(0.85) } } })
    expect(hold?.amount).toBe(nano(0.01))
    expect(call.model).toBe('small')
    expect(verdict.reasons).toMatchObject([
      {
        rule: 'run-cap',
        code: 'BUDGET_EXCEEDED',
        message: `run-cap (run ${aCall().traceId}) has used 85 % of 1.00 USD: from 80 % on, or where the call as asked has no room, big becomes small.`,
        retryable: true,
      },
    ])
  })

  it('shortens the output', () => {
    const { verdict } = decideIn(aCall(), only({ ladder: [shorten] }), { on: { 'run-cap': { spent: nano(0.8) } } })
    expect(verdict).toMatchObject({ decision: 'degrade', maxOutputTokens: 100, heldUsd: 0.055 })
    expect(verdict.model).toBeUndefined()
  })

  it('leaves a short output as it is', () => {
    const call = aCall({ maxOutputTokens: 50 })
    const { verdict } = decideIn(call, only({ ladder: [shorten] }), { on: { 'run-cap': { spent: nano(0.8) } } })
    expect(verdict).toMatchObject({ decision: 'allow', maxOutputTokens: 50 })
  })

  it('makes a call fit that has no room as asked', () => {
    const { verdict } = decideIn(aCall(), only({ limit: nano(0.05), ladder: [degrade] }))
    expect(verdict).toMatchObject({ decision: 'degrade', model: 'small', heldUsd: 0.01 })
  })

  it('goes down more than one step', () => {
    const rules = only(
      { name: 'a', limit: nano(0.05), ladder: [degrade] },
      { name: 'b', scope: ['model'], limit: nano(0.005), ladder: [{ ...degrade, models: { small: 'tiny' } }] },
    )
    const { verdict } = decideIn(aCall(), someRules({ budgets: rules.budgets }), {})
    // the budget of each model has no room for big: there it is the other budget that leads on
    expect(verdict).toMatchObject({ decision: 'degrade', model: 'tiny', heldUsd: 0.001 })
  })

  it('holds the degraded call on the accounts of its own model', () => {
    const rules = only({ name: 'each-model', scope: ['model'] }, { name: 'run', limit: nano(0.05), ladder: [degrade] })
    expect(decideIn(aCall(), rules).hold?.claims.map(({ key }) => key)).toEqual(['small', aCall().traceId])
  })

  it.each<[string, Record<string, string>]>([
    ['has no price', { big: 'unheard-of' }],
    ['is as dear', { big: 'big' }],
    ['is dearer', { small: 'big' }],
  ])('never turns to a model that %s', (_, models) => {
    const call = aCall({ model: Object.keys(models)[0]! })
    const rules = only({ ladder: [{ ...degrade, models }] })
    const { verdict } = decideIn(call, rules, { on: { 'run-cap': { spent: nano(0.8) } } })
    expect(verdict.decision).toBe('allow')
    expect(verdict.model).toBeUndefined()
  })

  it('does not refuse a call with room because the cheaper one may not run', () => {
    const rules = only({ name: 'run', ladder: [degrade] }, { name: 'each-model', scope: ['model'] })
    const on = { run: { spent: nano(0.8) }, '["each-model","small",0]': { spent: nano(1) } }
    expect(decideIn(aCall(), rules, { on }).verdict).toMatchObject({ decision: 'allow', heldUsd: 0.1 })
  })

  it('goes one step at a time, however long the list of steps, as long as there is room', () => {
    const rules = only({ ladder: [{ ...degrade, models: { big: 'small', small: 'tiny' } }] })
    expect(decideIn(aCall(), rules, { on: { 'run-cap': { spent: nano(0.8) } } }).verdict.model).toBe('small')
    expect(decideIn(aCall(), rules, { on: { 'run-cap': { spent: nano(0.995) } } }).verdict.model).toBe('tiny')
  })

  it('takes the name of a model before a glob', () => {
    const rules = only({ ladder: [{ ...degrade, models: { '*': 'tiny', big: 'small' } }] })
    expect(decideIn(aCall(), rules, { on: { 'run-cap': { spent: nano(0.8) } } }).verdict.model).toBe('small')
  })

  it('stays on a rung until use is below where it resumes', () => {
    const rules = only({ ladder: [degrade] })
    const engaged = new Set<string>()
    const seen = [0.7, 0.8, 0.78, 0.75, 0.749, 0.78, 0.8].map((used) => {
      const { verdict, rungs } = decideIn(aCall(), rules, { on: { 'run-cap': { held: nano(used) } }, engaged })
      for (const { id, on } of rungs) on ? engaged.add(id) : engaged.delete(id)
      return verdict.decision
    })
    expect(seen).toEqual(['allow', 'degrade', 'degrade', 'degrade', 'allow', 'allow', 'degrade'])
  })

  it('begins a new window on the ground', () => {
    const rules = only({ window: { kind: 'day', timezone: 'UTC' }, ladder: [degrade] })
    const first = decideIn(aCall(), rules, { on: { 'run-cap': { spent: nano(0.8) } } })
    const [rung] = first.rungs
    expect(rung).toMatchObject({ on: true, until: NOON + 43_200_000 })
    const next = { now: NOON + 86_400_000, engaged: new Set([rung!.id]), on: { 'run-cap': { spent: nano(0.78) } } }
    expect(decideIn(aCall(), rules, next).verdict.decision).toBe('allow')
  })

  it('makes a lease one on a cheaper model', () => {
    const call = aCall({ kind: 'lease', estimate: nano(0.1), maxOutputTokens: null })
    const { verdict } = decideIn(call, only({ ladder: [degrade] }), { on: { 'run-cap': { spent: nano(0.8) } } })
    expect(verdict).toMatchObject({ decision: 'degrade', model: 'small', heldUsd: 0.1 })
  })
})
