import { describe, expect, it } from 'vitest'
import type { Rung } from './budget.ts'
import type { Call } from './call.ts'
import { aBudget, aCall, aParent, decideIn, NOON, nano, price, someRules } from './fixture.ts'
import { MAX_NANO_USD } from './money.ts'
import type { Rules } from './rule.ts'
import type { DecisionName, Reason } from './verdict.ts'

const degrade: Rung = { at: 0.8, resume: 0.75, do: 'degrade', models: { big: 'small' }, maxOutputTokens: null }
const pause: Rung = { at: 0.9, resume: 0.85, do: 'pause', below: 'critical' }
const stop: Rung = { at: 0.95, resume: 0.9, do: 'stop' }

const only = (...budgets: Parameters<typeof aBudget>[0][]) => someRules({ budgets: budgets.map((one) => aBudget(one)) })

describe('a call with room', () => {
  it('is held for the most that it may cost, for as long as its kind may take', () => {
    expect(decideIn(aCall(), only({}))).toEqual({
      verdict: {
        decision: 'allow',
        holdId: 'call-1',
        heldUsd: 0.1,
        maxOutputTokens: 1000,
        expiresAt: '2026-11-21T12:10:00.000Z',
        reasons: [],
      },
      hold: {
        amount: nano(0.1),
        claims: [
          {
            budget: 'run-cap',
            key: aCall().traceId,
            window: { start: 0, end: null },
            limit: nano(1),
            shadow: false,
          },
        ],
        expiresAt: NOON + 600_000,
      },
      asks: null,
      call: aCall(),
      rungs: [],
    })
  })

  it.each<[string, number | null, number | null, number]>([
    ['what it asks for', 700, null, 700],
    ['the default, where it asks for nothing', null, null, 4096],
    ['no more than the model can', 9000, 2000, 2000],
    ['no more than the model can, by default', null, 2000, 2000],
    ['nothing, for embeddings', 0, null, 0],
  ])('may put out %s', (_, maxOutputTokens, can, expected) => {
    const { verdict, hold } = decideIn(aCall({ maxOutputTokens }), only({ limit: nano(10) }), { maxOutput: () => can })
    expect(verdict.maxOutputTokens).toBe(expected)
    expect(hold?.amount).toBe(price('acme', 'big', 1000, expected))
  })

  it('takes the very last nano-dollar, and not one more', () => {
    const spent = nano(0.9)
    expect(decideIn(aCall(), only({}), { on: { 'run-cap': { spent } } }).verdict.decision).toBe('allow')
    expect(decideIn(aCall(), only({}), { on: { 'run-cap': { spent: spent + 1 } } }).verdict.decision).toBe('deny')
  })
})

describe('a call without room', () => {
  it.each<[string, number, DecisionName]>([
    ['goes on where all is spent', 1, 'allow'],
    ['is refused where more is spent than there was', 1.000000001, 'deny'],
  ])('that costs nothing %s', (_, spent, decision) => {
    const free = aCall({ kind: 'tool', model: null, toolName: 'search' })
    expect(decideIn(free, only({}), { on: { 'run-cap': { spent: nano(spent) } } }).verdict.decision).toBe(decision)
  })

  const reasonOf = (budget: Parameters<typeof aBudget>[0], on: { spent?: number; held?: number; uncertain?: number }) =>
    decideIn(aCall(), only({ name: 'cap', ...budget }), { on: { cap: on } }).verdict.reasons[0]

  it('says which limit, how much is gone, and what frees it', () => {
    expect(
      reasonOf({ scope: ['user'], window: { kind: 'day', timezone: 'UTC' } }, { spent: nano(0.75), held: nano(0.2) }),
    ).toEqual({
      rule: 'cap',
      code: 'BUDGET_EXCEEDED',
      message:
        'cap (user ada) may spend 1.00 USD until 2026-11-22T00:00:00.000Z: 0.75 USD is spent and 0.20 USD held, ' +
        'this call may cost 0.10 USD. It resets at 2026-11-22T00:00:00.000Z, or sooner as open calls end.',
      scope: 'user',
      limitUsd: 1,
      spentUsd: 0.75,
      heldUsd: 0.2,
      resetsAt: '2026-11-22T00:00:00.000Z',
      retryable: true,
    })
  })

  it.each<
    [string, Parameters<typeof aBudget>[0], { spent?: number; held?: number; uncertain?: number }, boolean, string]
  >([
    ['open calls may free it', {}, { held: nano(0.95) }, true, 'It may fit once open calls end.'],
    [
      'what is uncertain may turn out less',
      {},
      { spent: nano(1), uncertain: nano(0.5) },
      true,
      'It may fit once open calls end.',
    ],
    ['nothing frees a life that is spent', {}, { spent: nano(0.95) }, false, 'Nothing frees it but a higher limit.'],
    ['it never fits the limit', { limit: nano(0.05) }, {}, false, 'this call may cost 0.10 USD and will never fit.'],
    [
      'it never fits, whatever the window',
      { limit: nano(0.05), window: { kind: 'day', timezone: 'UTC' } },
      {},
      false,
      'will never fit.',
    ],
    [
      'a rolling window frees bit by bit',
      { window: { kind: 'rolling', ms: 86_400_000 } },
      { spent: nano(1) },
      true,
      'It frees as spend grows older than 1 d.',
    ],
    ['a limit of nothing', { limit: nano(0) }, {}, false, 'will never fit.'],
    ['spent beyond a limit that was lowered', {}, { spent: nano(70) }, false, 'Nothing frees it but a higher limit.'],
  ])('%s', (_, budget, on, retryable, words) => {
    const reason = reasonOf(budget, on)
    expect(reason?.retryable).toBe(retryable)
    expect(reason?.message).toContain(words)
  })

  it('is refused by every budget that lacks room, and held on none', () => {
    const rules = only({ name: 'b' }, { name: 'a', scope: ['user'] }, { name: 'c', scope: ['global'] })
    const on = { a: { spent: nano(1) }, b: { spent: nano(1) } }
    const { verdict, hold } = decideIn(aCall(), rules, { on })
    expect(hold).toBeNull()
    expect(verdict).toMatchObject({ decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null })
    expect(verdict.reasons.map(({ rule }) => rule)).toEqual(['a', 'b'])
  })

  it.each<[string, Partial<Call>, string]>([
    ['userId', { userId: null }, 'each-user is a budget for each user; this call has no userId. Send userId.'],
    ['an empty userId', { userId: '' }, 'each-user is a budget for each user; this call has no userId. Send userId.'],
  ])('is refused when it lacks %s that a budget needs', (_, change, message) => {
    const { verdict } = decideIn(aCall(change), only({ name: 'each-user', scope: ['user'] }))
    expect(verdict.reasons).toMatchObject([{ rule: 'each-user', code: 'BUDGET_EXCEEDED', message, retryable: false }])
    expect(verdict.decision).toBe('deny')
  })

  it('is not fooled by sums beyond what one amount may be', () => {
    const on = { cap: { spent: Number.MAX_SAFE_INTEGER, held: Number.MAX_SAFE_INTEGER } }
    const { verdict } = decideIn(aCall(), only({ name: 'cap', limit: MAX_NANO_USD }), { on })
    expect(verdict.decision).toBe('deny')
  })

  it('may cost the largest amount there is, and fit a limit as large', () => {
    const facts = { price: () => MAX_NANO_USD }
    expect(decideIn(aCall(), only({ limit: MAX_NANO_USD }), facts).verdict).toMatchObject({
      decision: 'allow',
      heldUsd: 2_251_799.813685248,
    })
    expect(
      decideIn(aCall(), only({ limit: MAX_NANO_USD }), { ...facts, on: { 'run-cap': { held: 1 } } }).verdict.decision,
    ).toBe('deny')
  })
})

describe('what has no price', () => {
  const unknown = aCall({ model: 'unheard-of' })
  it.each<[string, Partial<Rules>, Partial<Call>, DecisionName, number]>([
    ['is refused', {}, {}, 'deny', 0],
    ['is refused whatever the caller says', {}, { estimate: nano(0.2) }, 'deny', 0],
    [
      'is held at what the caller says, where the rules allow it',
      { unpriced: 'allow' },
      { estimate: nano(0.2) },
      'allow',
      0.2,
    ],
    ['is held at nothing, where the caller says nothing', { unpriced: 'allow' }, {}, 'allow', 0],
    ['is refused as a lease', {}, { kind: 'lease', estimate: nano(1) }, 'deny', 0],
    ['is refused without a name', {}, { model: null }, 'deny', 0],
  ])('%s', (_, rules, call, decision, heldUsd) => {
    const { verdict } = decideIn({ ...unknown, ...call }, someRules(rules))
    expect(verdict).toMatchObject({ decision, heldUsd })
    expect(verdict.reasons).toMatchObject([{ code: 'UNPRICED_MODEL', retryable: false }])
  })

  it('does not stand in the way of tools and delegations', () => {
    for (const kind of ['tool', 'agent'] as const) {
      const call = aCall({ kind, model: null, estimate: nano(0.3) })
      expect(decideIn(call, someRules()).verdict).toMatchObject({ decision: 'allow', heldUsd: 0.3, reasons: [] })
    }
  })
})

describe('a call under a hold', () => {
  const lent = { ...aCall(), parentHoldId: 'lent-1' }
  const account = { budget: 'run-cap', key: lent.traceId, window: { start: 0, end: null } }

  it('draws on it, and is held only where that does not stand already', () => {
    const rules = only({}, { name: 'each-model', scope: ['model'] })
    const { verdict, hold } = decideIn(lent, rules, {
      on: { 'run-cap': { held: nano(1) } },
      parent: aParent({ accounts: [account] }),
    })
    expect(verdict.decision).toBe('allow')
    expect(hold?.claims.map(({ budget }) => budget)).toEqual(['each-model'])
  })

  it('does not pass a budget that the hold above does not stand on', () => {
    const rules = only({ name: 'each-model', scope: ['model'] })
    const { verdict } = decideIn(lent, rules, { on: { 'each-model': { spent: nano(1) } }, parent: aParent() })
    expect(verdict.reasons).toMatchObject([{ rule: 'each-model', code: 'BUDGET_EXCEEDED' }])
  })

  it('is covered also when the window has moved on since', () => {
    const rules = only({ window: { kind: 'day', timezone: 'UTC' } })
    const parent = aParent({ accounts: [{ ...account, window: { start: 0, end: NOON } }] })
    expect(decideIn(lent, rules, { parent }).hold?.claims).toEqual([])
  })

  it.each<[string, Parameters<typeof aParent>[0], boolean, string]>([
    [
      'too little left',
      { left: 1 },
      true,
      'Hold lent-1 was lent 1.00 USD and has 0.000000001 USD left; this model call may cost 0.10 USD.',
    ],
    [
      'more than was ever lent',
      { amount: nano(0.01), left: nano(0.01) },
      false,
      'Hold lent-1 was lent 0.01 USD and has 0.01 USD left; this model call may cost 0.10 USD.',
    ],
    [
      'a hold that is over',
      { open: false },
      false,
      'Hold lent-1 is not open: nothing can be drawn from it. Ask for a new one, or without parentHoldId.',
    ],
  ])('is refused: %s', (_, parent, retryable, message) => {
    const { verdict } = decideIn(lent, someRules(), { parent: aParent(parent) })
    expect(verdict.reasons).toMatchObject([{ rule: 'hold:lent-1', code: 'BUDGET_EXCEEDED', message, retryable }])
  })

  it('is refused with what was drawn and what its siblings hold', () => {
    const parent = aParent({ left: 0, spent: nano(0.7) })
    expect(decideIn(lent, someRules(), { parent }).verdict.reasons).toMatchObject([
      { limitUsd: 1, spentUsd: 0.7, heldUsd: 0.3 },
    ])
  })
})

describe("the run's own cap", () => {
  const call = aCall({ runLimit: nano(0.5) })
  it.each<[string, number, DecisionName]>([
    ['has room', 0.4, 'allow'],
    ['has none', 0.45, 'deny'],
  ])('%s', (_, spent, decision) => {
    const on = { 'run:budgetUsd': { spent: nano(spent), limit: nano(0.5) } }
    expect(decideIn(call, someRules(), { on }).verdict.decision).toBe(decision)
  })

  it('is the lowest that was ever named', () => {
    const on = { 'run:budgetUsd': { limit: nano(0.05) } }
    expect(decideIn(call, someRules(), { on }).verdict.reasons).toMatchObject([
      { rule: 'run:budgetUsd', scope: 'run', limitUsd: 0.05 },
    ])
  })
})

describe('shadow', () => {
  it('is judged and reported, on its own accounts, and stops nothing', () => {
    const rules = only({ shadow: true, ladder: [degrade, pause, stop] })
    const { verdict, hold } = decideIn(aCall(), rules, { on: { 'run-cap': { spent: nano(0.96) } } })
    expect(verdict).toMatchObject({ decision: 'allow', heldUsd: 0.1 })
    expect(verdict.model).toBeUndefined()
    expect(verdict.reasons.map(({ shadow }) => shadow)).toEqual([true, true, true, true])
    expect(hold?.claims).toMatchObject([{ budget: 'run-cap', shadow: true }])
  })

  it('does not refuse what lacks a name', () => {
    const { verdict } = decideIn(aCall({ userId: null }), only({ scope: ['user'], shadow: true }))
    expect(verdict).toMatchObject({ decision: 'allow', reasons: [{ shadow: true, rule: 'run-cap' }] })
  })
})

describe('reasons', () => {
  it('have a person first, then money, then the machine, then shadow', () => {
    const stops = (['held', 'tripped'] as const).map((state) => ({
      scope: 'global' as const,
      name: 'all',
      state,
      reason: 'it burns.',
      by: 'grace',
      since: NOON,
      until: null,
      tenantId: null,
    }))
    const rules = someRules({
      budgets: [aBudget({ name: 'seen', shadow: true }), aBudget({ name: 'cap' })],
      runLimits: [{ measure: 'depth', max: 1, match: {}, shadow: false }],
    })
    const { verdict } = decideIn(aCall({ model: 'unheard-of', depth: 3, estimate: nano(2) }), rules, {
      switches: stops.toReversed(),
    })
    expect(verdict.reasons.map(({ code, shadow }: Reason) => (shadow ? `shadow ${code}` : code))).toEqual([
      'SWITCH_HELD',
      'BUDGET_EXCEEDED',
      'SWITCH_TRIPPED',
      'UNPRICED_MODEL',
      'RUN_LIMIT',
      'shadow BUDGET_EXCEEDED',
    ])
  })

  it('does not decide in the dark: a balance that was not asked for is an error', () => {
    expect(() => decideIn(aCall(), only({}), { balances: [] })).toThrow(RangeError)
  })
})
