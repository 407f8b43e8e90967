import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountId, type Balance } from './account.ts'
import type { Budget, Rung } from './budget.ts'
import type { Call } from './call.ts'
import { accountsOf, claimsOf } from './claim.ts'
import { decide } from './decide.ts'
import type { Facts } from './facts.ts'
import { strictness } from './finding.ts'
import { aCall, NOON, price, someRules } from './fixture.ts'
import { type NanoUsd, usdFromNano } from './money.ts'
import type { Rules } from './rule.ts'
import { RUN_MEASURES } from './run-limit.ts'
import { SCOPES } from './scope.ts'
import type { Switch } from './switch.ts'

const MODELS = ['big', 'small', 'tiny', 'unheard-of'] as const

const calls: fc.Arbitrary<Call> = fc
  .record({
    kind: fc.constantFrom('model', 'model', 'model', 'tool', 'agent', 'lease'),
    agent: fc.constantFrom('researcher', 'writer', null),
    userId: fc.constantFrom('ada', 'grace', null),
    tenantId: fc.constantFrom('acme', null),
    sessionId: fc.constantFrom('s', null),
    model: fc.constantFrom(...MODELS),
    inputTokens: fc.nat(4000),
    maxOutputTokens: fc.option(fc.nat(8000)),
    estimate: fc.option(fc.nat(400_000_000).map((n) => n as NanoUsd)),
    priority: fc.constantFrom('critical', 'normal', 'batch'),
    runLimit: fc.option(fc.nat(1_000_000_000).map((n) => n as NanoUsd)),
    depth: fc.option(fc.nat(3)),
  })
  .map((given) => aCall(given.kind === 'tool' ? { ...given, model: null, toolName: 'search' } : given))

const shares = fc.double({ min: 0.3, max: 1, noNaN: true })
const rungs: fc.Arbitrary<Rung> = fc
  .tuple(
    shares,
    fc.oneof(
      fc.record({
        do: fc.constant('degrade' as const),
        models: fc.dictionary(fc.constantFrom('big', 'small', '*'), fc.constantFrom(...MODELS), { maxKeys: 2 }),
        maxOutputTokens: fc.option(fc.nat(1000)),
      }),
      fc.record({ do: fc.constant('pause' as const), below: fc.constantFrom('critical' as const, 'normal' as const) }),
      fc.record({ do: fc.constant('stop' as const) }),
    ),
  )
  .map(([at, what]) => ({ at, resume: at - 0.05, ...what }))

const budgets = (ladder: fc.Arbitrary<Rung[]>): fc.Arbitrary<Omit<Budget, 'name'>> =>
  fc.record({
    scope: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 2 }),
    match: fc.constantFrom({}, {}, { agent: ['research*'] }, { model: ['big', 'tin?'] }),
    limit: fc.nat(1_000_000_000).map((n) => n as NanoUsd),
    window: fc.constantFrom(
      { kind: 'life' as const },
      { kind: 'rolling' as const, ms: 60_000 },
      { kind: 'day' as const, timezone: 'Europe/Berlin' },
    ),
    ladder,
    shadow: fc.boolean(),
  })

const rulesOf = (ladder: fc.Arbitrary<Rung[]>): fc.Arbitrary<Rules> =>
  fc
    .record({
      budgets: fc.array(budgets(ladder), { maxLength: 5 }),
      runLimits: fc.array(
        fc.record({
          measure: fc.constantFrom(...RUN_MEASURES),
          max: fc.nat(40),
          match: fc.constant({}),
          shadow: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
      unpriced: fc.constantFrom('deny', 'allow'),
    })
    .map((rules) => someRules({ ...rules, budgets: rules.budgets.map((one, i) => ({ ...one, name: `b${i}` })) }))

/** What the world is like for any call and rules: the same account always has the same on it. */
interface World {
  readonly amounts: readonly (readonly [spent: number, held: number])[]
  readonly switches: readonly Switch[]
  readonly engaged: boolean
  readonly maxOutput: number | null
}

const worlds: fc.Arbitrary<World> = fc.record({
  amounts: fc.array(fc.tuple(fc.nat(900_000_000), fc.nat(400_000_000)), { minLength: 1, maxLength: 7 }),
  switches: fc.array(
    fc.record({
      scope: fc.constantFrom('agent' as const, 'user' as const, 'model' as const),
      name: fc.constantFrom('researcher', 'ada', 'big', 'small'),
      state: fc.constantFrom('held' as const, 'tripped' as const),
      reason: fc.constant('it burns.'),
      by: fc.constantFrom('grace', 'budget:b0'),
      since: fc.constant(NOON - 1),
      until: fc.constantFrom(null, NOON - 1, NOON + 1),
      tenantId: fc.constantFrom(null, 'acme'),
    }),
    { maxLength: 2 },
  ),
  engaged: fc.boolean(),
  maxOutput: fc.option(fc.nat(5000)),
})

const digest = (text: string) => [...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 1_000_003, 7)

function balancesOf(call: Call, rules: Rules, world: World): Balance[] {
  return accountsOf(call, rules, NOON).map((claim) => {
    const [spent, held] = world.amounts[digest(accountId(claim)) % world.amounts.length]!
    return { ...claim, spent, held, uncertain: 0 }
  })
}

function factsOf(call: Call, rules: Rules, world: World): Facts {
  const balances = balancesOf(call, rules, world)
  const ids = balances.flatMap((balance) => [0, 1, 2].map((rung) => `${accountId(balance)}#${rung}`))
  return {
    balances,
    price,
    maxOutput: () => world.maxOutput,
    switches: world.switches,
    run: { startedAt: NOON - 20_000, modelCalls: 20, toolCalls: 20, turns: 20 },
    parent: null,
    engaged: new Set(world.engaged ? ids : []),
    said: [],
    approved: false,
  }
}

const decideIn = (call: Call, rules: Rules, world: World) => decide(call, rules, factsOf(call, rules, world), NOON)

const ladders = fc.array(rungs, { maxLength: 3 })
const none = fc.constant<Rung[]>([])
const RUNS = { numRuns: 1000 }

describe('decide, for any call, rules and world', () => {
  it('never holds more than there is room for, nor less than the call may cost', () => {
    fc.assert(
      fc.property(calls, rulesOf(ladders), worlds, (call, rules, world) => {
        const { hold, verdict, call: runs } = decideIn(call, rules, world)
        if (hold === null) return
        const facts = factsOf(call, rules, world)
        for (const claim of hold.claims.filter(({ shadow }) => !shadow)) {
          const balance = facts.balances.find((one) => accountId(one) === accountId(claim))!
          expect(balance.spent + balance.held + hold.amount).toBeLessThanOrEqual(claim.limit)
        }
        expect(hold.claims).toEqual(claimsOf(runs, rules, NOON).claims.map(({ claim }) => claim))
        if (runs.kind !== 'model') return
        const cost = price(runs.provider, runs.model!, runs.inputTokens, verdict.maxOutputTokens!)
        expect(hold.amount).toBe(cost ?? runs.estimate ?? 0)
        expect(verdict.model ?? call.model).toBe(runs.model)
      }),
      RUNS,
    )
  })

  it('refuses only for a reason that is so', () => {
    fc.assert(
      fc.property(calls, rulesOf(ladders), worlds, (call, rules, world) => {
        const { verdict, call: asked } = decideIn(call, rules, world)
        const inForce = verdict.reasons.filter(({ shadow }) => shadow !== true)
        if (verdict.decision !== 'allow') expect(inForce).not.toEqual([])
        for (const reason of inForce.filter(({ code }) => code === 'BUDGET_EXCEEDED')) {
          if (reason.message.startsWith('Run ')) continue
          const budget = rules.budgets.find(({ name }) => name === reason.rule)!
          expect(usdFromNano(budget.limit)).toBe(reason.limitUsd)
          if (reason.spentUsd === undefined) {
            expect(claimsOf(asked, rules, NOON).missing.map((one) => one.budget)).toContain(budget)
            continue
          }
          const used = reason.spentUsd + reason.heldUsd!
          const dearest = price(null, 'big', call.inputTokens, 8000)!
          const roomless = used + usdFromNano(dearest) > reason.limitUsd!
          expect(roomless || budget.ladder.some((rung) => used >= rung.resume * reason.limitUsd!)).toBe(true)
        }
      }),
      RUNS,
    )
  })

  it('does not refuse what fits: with every name given, a price, and no one who stops it', () => {
    const named = calls.map((call) =>
      aCall({
        ...call,
        kind: 'model',
        model: 'small',
        tenantId: 'acme',
        sessionId: 's',
        agent: 'writer',
        userId: 'ada',
      }),
    )
    const kind = rulesOf(ladders.map((all) => all.filter((rung) => rung.do === 'degrade')))
    const free = worlds.map((world) => ({ ...world, switches: [] }))
    fc.assert(
      fc.property(named, kind, free, (call, { budgets, unpriced }, world) => {
        const rules = someRules({ budgets, unpriced })
        const tokens = Math.min(call.maxOutputTokens ?? 4096, world.maxOutput ?? Infinity)
        const amount = price(call.provider, call.model!, call.inputTokens, tokens)!
        const facts = factsOf(call, rules, world)
        const fits = claimsOf(call, rules, NOON)
          .claims.filter(({ claim }) => !claim.shadow)
          .every(({ claim }) => {
            const balance = facts.balances.find((one) => accountId(one) === accountId(claim))!
            return balance.spent + balance.held + amount <= claim.limit
          })
        fc.pre(fits)
        expect(decide(call, rules, facts, NOON).verdict.decision).not.toBe('deny')
      }),
      RUNS,
    )
  })

  it('never makes a call dearer', () => {
    fc.assert(
      fc.property(calls, rulesOf(ladders), worlds, (call, rules, world) => {
        const plain = decideIn({ ...call, runLimit: null }, someRules({ unpriced: 'allow' }), {
          ...world,
          switches: [],
        })
        expect(decideIn(call, rules, world).hold?.amount ?? 0).toBeLessThanOrEqual(plain.hold!.amount)
      }),
      RUNS,
    )
  })

  it('is not made milder by one more rule without a ladder, a lower limit, or more spend', () => {
    fc.assert(
      fc.property(
        calls,
        rulesOf(none),
        worlds,
        budgets(none),
        fc.nat(500_000_000),
        (call, rules, world, more, less) => {
          const before = strictness(decideIn(call, rules, world).verdict.decision)
          const added = { ...rules, budgets: [...rules.budgets, { ...more, name: 'more' }] }
          const lowered = {
            ...rules,
            budgets: rules.budgets.map((one) => ({ ...one, limit: Math.max(0, one.limit - less) as NanoUsd })),
          }
          const spent = { ...world, amounts: world.amounts.map(([s, h]) => [s + less, h] as const) }
          for (const { verdict } of [
            decideIn(call, added, world),
            decideIn(call, lowered, world),
            decideIn(call, rules, spent),
          ]) {
            expect(strictness(verdict.decision)).toBeGreaterThanOrEqual(before)
          }
        },
      ),
      RUNS,
    )
  })

  it('is the same with rules in shadow as without them', () => {
    fc.assert(
      fc.property(calls, rulesOf(ladders), worlds, (call, rules, world) => {
        const without = {
          ...rules,
          budgets: rules.budgets.filter(({ shadow }) => !shadow),
          runLimits: rules.runLimits.filter(({ shadow }) => !shadow),
        }
        const a = decideIn(call, rules, world)
        const b = decideIn(call, without, world)
        const inForce = { ...a.verdict, reasons: a.verdict.reasons.filter(({ shadow }) => shadow !== true) }
        expect(inForce).toEqual(b.verdict)
        expect(a.hold?.amount).toBe(b.hold?.amount)
        expect(a.hold?.claims.filter(({ shadow }) => !shadow)).toEqual(b.hold?.claims)
      }),
      RUNS,
    )
  })

  it('does not depend on the order of the rules', () => {
    const shuffled = rulesOf(ladders).chain((rules) =>
      fc.tuple(
        fc.constant(rules),
        fc.record({
          budgets: fc.shuffledSubarray([...rules.budgets], { minLength: rules.budgets.length }),
          runLimits: fc.shuffledSubarray([...rules.runLimits], { minLength: rules.runLimits.length }),
        }),
      ),
    )
    fc.assert(
      fc.property(calls, shuffled, worlds, (call, [rules, order], world) => {
        const a = decideIn(call, rules, world)
        const b = decideIn(call, { ...rules, ...order }, { ...world, switches: world.switches.toReversed() })
        expect(b.verdict).toEqual(a.verdict)
        expect(b.hold?.claims.map(accountId).sort()).toEqual(a.hold?.claims.map(accountId).sort())
        expect(b.rungs.map(({ id }) => id).sort()).toEqual(a.rungs.map(({ id }) => id).sort())
      }),
      RUNS,
    )
  })
})
