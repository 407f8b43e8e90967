import { describe, expect, it } from 'vitest'
import type { Budget } from './budget.ts'
import type { Call } from './call.ts'
import { accountsOf, claimsOf } from './claim.ts'
import { aBudget, aCall, NOON, nano, someRules } from './fixture.ts'

const claimed = (call: Partial<Call>, ...budgets: Partial<Budget>[]) =>
  claimsOf(aCall(call), someRules({ budgets: budgets.map(aBudget) }), NOON)

describe('claimsOf', () => {
  it.each<[string, Partial<Budget>, Partial<Call>, string]>([
    ['all together', { scope: ['global'] }, {}, 'all'],
    ['each user', { scope: ['user'] }, {}, 'ada'],
    ['each run', { scope: ['run'] }, { traceId: 'ab' }, 'ab'],
    ['each agent of each tenant', { scope: ['tenant', 'agent'] }, { tenantId: 'acme' }, 'acme/researcher'],
    ['in the order of the scope', { scope: ['agent', 'tenant'] }, { tenantId: 'acme' }, 'researcher/acme'],
    [
      'a slash of a name is not the slash between',
      { scope: ['tenant', 'user'] },
      { tenantId: 'a/b', userId: 'c' },
      'a%2Fb/c',
    ],
    [
      'nor one that was escaped already',
      { scope: ['tenant', 'user'] },
      { tenantId: 'a%2Fb', userId: 'c' },
      'a%252Fb/c',
    ],
    ['a single name is left as it is', { scope: ['user'] }, { userId: 'a/b%' }, 'a/b%'],
    ['each model', { scope: ['model'] }, {}, 'big'],
    ['each tool', { scope: ['tool'] }, { kind: 'tool', toolName: 'search', model: null }, 'search'],
  ])('%s', (_, budget, call, key) => {
    expect(claimed(call, budget).claims.map(({ claim }) => claim.key)).toEqual([key])
  })

  it.each<[string, Partial<Budget>, Partial<Call>, string[]]>([
    ['user', { scope: ['user'] }, { userId: null }, ['user']],
    ['an empty name is none', { scope: ['user'] }, { userId: '' }, ['user']],
    ['both of two', { scope: ['tenant', 'session'] }, {}, ['tenant', 'session']],
    ['one of two', { scope: ['tenant', 'agent'] }, {}, ['tenant']],
    ['the model of a model call', { scope: ['model'] }, { model: null }, ['model']],
  ])('misses %s', (_, budget, call, scopes) => {
    const { claims, missing } = claimed(call, budget)
    expect(claims).toEqual([])
    expect(missing.map((one) => one.scopes)).toEqual([scopes])
  })

  it.each<[string, Partial<Budget>, Partial<Call>]>([
    ['another workflow', { match: { workflow: ['invoice-*'] } }, {}],
    ['one of two fields', { match: { workflow: ['refund-*'], agent: ['writer'] } }, {}],
    ['a field that the call lacks', { match: { tenant: ['*'] } }, {}],
    ['tools, where it is a model', { scope: ['tool'] }, {}],
    ['models, where it is a tool', { scope: ['model'] }, { kind: 'tool', model: null }],
    ['models, where it is a delegation', { scope: ['model'] }, { kind: 'agent', model: null }],
  ])('does not mean %s', (_, budget, call) => {
    expect(claimed(call, budget)).toEqual({ claims: [], missing: [] })
  })

  it.each<[string, Partial<Budget>]>([
    ['one of several globs', { match: { model: ['small', 'b?g'] } }],
    ['a kind', { match: { kind: ['model'] } }],
    ['a priority', { match: { priority: ['normal'] } }],
    ['a provider', { match: { provider: ['acme'] } }],
  ])('means %s', (_, budget) => expect(claimed({}, budget).claims).toHaveLength(1))

  it('has the window in the time zone of the budget', () => {
    const [one] = claimed({}, { window: { kind: 'day', timezone: 'Asia/Kolkata' } }).claims
    expect(one?.claim.window).toEqual({
      start: Date.parse('2026-11-20T18:30:00Z'),
      end: Date.parse('2026-11-21T18:30:00Z'),
    })
  })

  it('has the cap that the code gave its run, whose lowest stands', () => {
    const [one] = claimed({ runLimit: nano(0.5), traceId: 'ab' }).claims
    expect(one).toEqual({
      budget: null,
      claim: {
        budget: 'run:budgetUsd',
        key: 'ab',
        window: { start: 0, end: null },
        limit: nano(0.5),
        shadow: false,
        lowest: true,
      },
    })
  })
})

describe('accountsOf', () => {
  it('reaches the models that ladders lead to, over several steps and in circles', () => {
    const down = (from: string, to: string) => ({
      at: 0.8,
      resume: 0.75,
      do: 'degrade' as const,
      models: { [from]: to },
      maxOutputTokens: null,
    })
    const rules = someRules({
      budgets: [
        aBudget({ name: 'a', ladder: [down('big', 'small')] }),
        aBudget({ name: 'b', scope: ['model'], ladder: [down('s*', 'tiny'), down('tiny', 'big')] }),
      ],
    })
    expect(accountsOf(aCall(), rules, NOON).map((account) => [account.budget, account.key])).toEqual([
      ['a', aCall().traceId],
      ['b', 'big'],
      ['b', 'small'],
      ['b', 'tiny'],
    ])
  })
})
