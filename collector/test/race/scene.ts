/** What the race is about: prices, budgets that lie in one another, and who asks for what. */
import type { CheckRequest } from '@outrider/policies'
import { usdOf } from './gate.ts'

/** Nano-dollars. Every call stands on one account of each but the last two, which are races of their own. */
const LIMITS: Readonly<Record<string, number>> = {
  everything: 4_000_000,
  'each-workflow': 900_000,
  'each-user': 250_000,
  'each-run': 60_000,
  'each-agent-of-user': 45_000,
}
/** One token in is one nano-dollar, one token out three. */
const [IN, OUT] = [1, 3]
/** Holds of tools end by themselves after so long: those callers never come back. */
const TOOL_SECONDS = 2

/** Calls of one size that fit exactly so often, for `exact`. */
export const EXACT = { calls: 617, amount: 1000 }

/** As `outrider.yaml`, which may be JSON. Each scene has a cap on everything of its own. */
export const raceConfig = (scenes: readonly string[]): string =>
  JSON.stringify({
    prices: [{ provider: 'grain', model: 'grain-1', inputUsdPerMTok: IN / 1000, outputUsdPerMTok: OUT / 1000 }],
    gate: { holdSeconds: { tool: TOOL_SECONDS } },
    budgets: [
      ...scenes.map((scene) => ({
        name: `everything-${scene}`,
        scope: 'global',
        match: { workflow: `race-${scene}-*` },
      })),
      { name: 'each-workflow', scope: 'workflow', match: { workflow: 'race-*' } },
      { name: 'each-user', scope: 'user', match: { workflow: 'race-*' } },
      { name: 'each-run', scope: 'run', match: { workflow: 'race-*' } },
      { name: 'each-agent-of-user', scope: ['user', 'agent'], match: { workflow: 'race-*' } },
    ]
      .map((budget) => ({ ...budget, limitUsd: usdOf(limitOf(budget.name)) }))
      .concat([
        {
          name: 'exact',
          scope: 'workflow',
          match: { workflow: 'exact-*' },
          limitUsd: usdOf(EXACT.calls * EXACT.amount),
        },
      ]),
  })

export type Who = Required<Pick<CheckRequest, 'traceId' | 'workflow' | 'userId' | 'agent'>>

/** The limit of a budget, or of an account: `budget key`. */
export function limitOf(account: string): number {
  const budget = account.split(' ')[0]!
  return LIMITS[budget.startsWith('everything-') ? 'everything' : budget]!
}

export const accountsOf = ({ traceId, workflow, userId, agent }: Who): readonly string[] => [
  `everything-${workflow.split('-').slice(1, -1).join('-')} all`,
  `each-workflow ${workflow}`,
  `each-user ${userId}`,
  `each-run ${traceId}`,
  `each-agent-of-user ${userId}/${agent}`,
]

/** Who the caller of this number is: 5 workflows, 20 users, 100 runs and 7 agents, all mixed. `scene`: its own names. */
export const whoIs = (scene: string, caller: number): Who => ({
  traceId: `${Buffer.from(scene).toString('hex').padStart(24, '0').slice(-24)}${(caller % 100).toString(16).padStart(8, '0')}`,
  workflow: `race-${scene}-${caller % 5}`,
  userId: `${scene}-${caller % 20}`,
  agent: `agent-${caller % 7}`,
})

export const modelCall = (id: string, who: Who, inputTokens: number, maxOutputTokens: number): CheckRequest => ({
  ...{ id, ...who, kind: 'model', provider: 'grain', model: 'grain-1', inputTokens, maxOutputTokens },
})
export const costOf = (inputTokens: number, outputTokens: number): number => inputTokens * IN + outputTokens * OUT

export const toolCall = (id: string, who: Who, amount: number): CheckRequest => ({
  ...{ id, ...who, kind: 'tool', tool: { name: 'search' }, estimateUsd: usdOf(amount) },
})
export const delegation = (id: string, who: Who, amount: number): CheckRequest => ({
  ...{ id, ...who, kind: 'agent', estimateUsd: usdOf(amount) },
})
