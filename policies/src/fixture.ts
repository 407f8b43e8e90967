/** A plain call, budget and world for tests of this room: each test says only what matters to it. */
import { type Account, accountId, type Balance } from './account.ts'
import type { Budget } from './budget.ts'
import type { Call } from './call.ts'
import { accountsOf } from './claim.ts'
import type { Price } from './cost.ts'
import { type Decided, decide } from './decide.ts'
import type { Facts, ParentFacts } from './facts.ts'
import { type NanoUsd, nanoFromUsd } from './money.ts'
import type { Rules } from './rule.ts'

/** 21 November 2026, 12:00 UTC, a Saturday. */
export const NOON = 1_795_262_400_000

export const nano = (usd: number): NanoUsd => nanoFromUsd(usd)!

export const aCall = (change: Partial<Call> = {}): Call => ({
  id: 'call-1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: null,
  kind: 'model',
  agent: 'researcher',
  workflow: 'refund-eu',
  userId: 'ada',
  tenantId: null,
  sessionId: null,
  provider: 'acme',
  model: 'big',
  toolName: null,
  inputTokens: 1000,
  maxOutputTokens: 1000,
  estimate: null,
  priority: 'normal',
  parentHoldId: null,
  runLimit: null,
  depth: null,
  ...change,
})

export const aBudget = (change: Partial<Budget> = {}): Budget => ({
  name: 'run-cap',
  scope: ['run'],
  match: {},
  limit: nano(1),
  window: { kind: 'life' },
  ladder: [],
  shadow: false,
  ...change,
})

export const someRules = (change: Partial<Rules> = {}): Rules => ({
  version: 'v1',
  budgets: [],
  runLimits: [],
  approvals: [],
  unpriced: 'deny',
  defaults: {
    maxOutputTokens: 4096,
    holdMs: { model: 600_000, tool: 600_000, agent: 3_600_000, lease: 900_000 },
  },
  ...change,
})

export const aParent = (change: Partial<ParentFacts> = {}): ParentFacts => ({
  id: 'lent-1',
  amount: nano(1),
  left: nano(1),
  spent: 0,
  open: true,
  accounts: [],
  agents: [],
  ...change,
})

/** Nano-dollars a token, in and out alike: `big` with 1000 + 1000 tokens is 0.1 USD, `small` 0.01, `tiny` 0.001. */
const RATES: Readonly<Record<string, number>> = { big: 50_000, small: 5000, tiny: 500 }

export const price: Price = (_provider, model, inputTokens, maxOutputTokens) =>
  Object.hasOwn(RATES, model) ? (((inputTokens + maxOutputTokens) * RATES[model]!) as NanoUsd) : undefined

/** What there is on an account, by budget: spent and held in USD. */
export type Standing = Readonly<Record<string, Partial<Omit<Balance, keyof Account>>>>

/** Decides in a world where everything not named is empty. */
export function decideIn(
  call: Call,
  rules: Rules,
  { on = {}, now = NOON, ...facts }: Partial<Facts> & { readonly on?: Standing; readonly now?: number } = {},
): Decided {
  return decide(
    call,
    rules,
    {
      balances: accountsOf(call, rules, now).map((claim) => ({
        ...claim,
        held: 0,
        spent: 0,
        uncertain: 0,
        ...(on[claim.budget] ?? on[accountId(claim)]),
      })),
      price,
      maxOutput: () => null,
      switches: [],
      run: null,
      parent: null,
      engaged: new Set(),
      said: [],
      approved: false,
      ...facts,
    },
    now,
  )
}
