/**
 * A month of a company's agents, as the store holds it: runs of 8 to 10,000 spans by day and by night, of eight tenants and
 * 72 agents that call each other, with what the gate decided, what guards found, scores, outcomes and alerts.
 */
import { attribute } from '@outrider/sdk/attributes'
import { type Alert, alone } from '../src/alert.ts'
import { EVIDENCE } from '../src/guarding.ts'
import type { RawSpan } from '../src/receive/raw.ts'
import type { Span } from '../src/span.ts'
import type { OpenedStore } from '../src/store/open.ts'
import { createAgentRuns } from './agent-run.ts'
import { type Chance, createChance } from './chance.ts'

export const DAYS = 30
export const DAY_MS = 86_400_000
const TURN_SPANS = 6.4
const TENANTS = 8
const TEAMS = ['eu', 'us', 'asia'] as const
/** Of the largest run, which is the newest but a few: with its decisions more than 10,000 spans. */
const LARGEST_TURNS = 1400

export interface Month {
  readonly runs: number
  /** Spans of one run after the other, in the order of their starts, as telemetry tells them. */
  next(): readonly RawSpan[]
  /** What the gate and the guards tell of a run's understood spans. */
  decided(spans: readonly Span[]): readonly Span[]
}

/** @param spans about as many. */
export function createMonth(spans: number, newestMs: number): Month {
  const chance = createChance(31)
  const nextRun = createAgentRuns(30)
  const turns = sizes(spans, chance)
  let at = 0
  return {
    runs: turns.length,
    next() {
      const startMs = newestMs - DAYS * DAY_MS * (1 - busyness((at + 0.5) / turns.length))
      const run = nextRun(
        BigInt(Math.floor(startMs)) * 1_000_000n + BigInt(chance.below(1_000_000)),
        undefined,
        turns[at],
      )
      at++
      return nested(run, TEAMS[at % 3]!, `tenant-${(at * 7) % TENANTS}`, chance.below(20) === 0)
    },
    decided: (run) => (chance.below(2) === 0 ? decisions(run, chance) : []),
  }
}

/** How many agents take a turn, by run: most a few, some dozens, a few hundreds. */
function sizes(spans: number, { below }: Chance): number[] {
  const turns: number[] = []
  for (let left = spans; left > 0; left -= turns.at(-1)! * TURN_SPANS + 2) {
    const kind = below(1000)
    turns.push(kind < 600 ? 1 + below(3) : kind < 900 ? 3 + below(6) : kind < 999 ? 10 + below(40) : 200 + below(600))
  }
  const largest = Math.max(0, turns.length - 40)
  turns[largest] = Math.min(LARGEST_TURNS, Math.ceil(spans / 20))
  return turns
}

/** Where in the month a share of its runs lies: there are four times as many by day as by night. */
const busyness = (share: number): number => {
  const turn = 2 * Math.PI * DAYS
  return share - (0.6 * Math.sin(turn * share)) / turn
}

/** Two of three agents work for the one before them; names are those of a team, each run is somebody's, some fail. */
function nested(run: readonly RawSpan[], team: string, tenant: string, fails: boolean): readonly RawSpan[] {
  const agents = run
    .filter(({ attributes }) => attributes[attribute.operation] === 'invoke_agent')
    .toSorted((a, b) => (a.startNs < b.startNs ? -1 : 1))
  const failing = agents.at(-1)?.spanId
  const caller = new Map<string, string>()
  const ends = new Map(agents.map(({ spanId, endNs }) => [spanId, endNs]))
  for (let i = agents.length - 1; i > 0; i--) {
    if (i % 3 === 0) continue
    const [own, before] = [agents[i]!.spanId, agents[i - 1]!.spanId]
    caller.set(own, before)
    ends.set(before, ends.get(own)!)
  }
  return run.map((span) => {
    const { spanId, attributes } = span
    const agent = attributes[attribute.agent]
    const named = agent === undefined ? {} : { [attribute.agent]: `${agent}-${team}` }
    return {
      ...span,
      parentSpanId: caller.get(spanId) ?? span.parentSpanId,
      endNs: ends.get(spanId) ?? span.endNs,
      statusCode: fails && (span.parentSpanId === null || spanId === failing) ? 2 : span.statusCode,
      attributes: {
        ...attributes,
        ...named,
        [attribute.workflow]: `${attributes[attribute.workflow]}-${team}`,
        [attribute.tenant]: tenant,
      },
    }
  })
}

/** One for each agent's turn: most allow, some refuse or find something. */
function decisions(run: readonly Span[], { below, hex, pick }: Chance): readonly Span[] {
  return run
    .filter(({ kind }) => kind === 'agent')
    .map((agent) => {
      const refused = below(25) === 0
      const code = pick(['BUDGET_EXCEEDED', 'RATE_LIMITED', 'LOOP_DETECTED', 'GUARD_BLOCKED'] as const)
      const reasons = refused ? [{ code, rule: `${agent.workflow}-day`, message: 'more than is left of it' }] : []
      const found = below(20) === 0 ? { [EVIDENCE]: JSON.stringify([finding(pick(RULES))]) } : {}
      return {
        ...agent,
        ...{ spanId: hex(16), parentSpanId: agent.spanId, kind: 'gate', name: 'gate check', operation: 'check' },
        ...{ durationNs: 0n, status: 'ok', errorType: null, stopReason: null, counted: false, costNano: null },
        ...{
          input: null,
          output: null,
          events: [],
          scope: { name: 'outrider.gate', version: '' },
          dialect: 'outrider',
        },
        attributes: {
          'outrider.hold.id': hex(32),
          'outrider.gate.kind': 'model',
          'outrider.gate.decision': refused ? 'deny' : 'allow',
          'outrider.gate.held_usd': below(1000) / 100_000,
          'outrider.gate.rules': [`${agent.workflow}-day`],
          'outrider.gate.reasons': JSON.stringify(reasons),
          'outrider.gate.span_id': agent.spanId,
          ...found,
        },
      } satisfies Span
    })
}

const RULES = ['pii/email', 'pii/card', 'injection/override', 'secrets/key'] as const

const finding = (rule: (typeof RULES)[number]) => ({
  ...{
    guard: rule.split('/')[0],
    type: rule.toUpperCase(),
    rule,
    direction: 'input',
    field: 'input',
    action: 'redact',
  },
  ...{ enforced: true, shadow: false, source: 'gate', score: 0.9, view: '', count: 1, why: 'looks like one' },
  ...{ before: null, found: null, after: null, policy: 'baseline', policyVersion: 'f00d' },
})

/** What others than agents say: of every fifth run a judge's score and an outcome; three alerts a day. */
export async function judge(store: OpenedStore, runs: readonly (readonly [string, string])[], newestMs: number) {
  const judged = runs.filter((_, at) => at % 5 === 0)
  for (let from = 0; from < judged.length; from += 5000) {
    const some = judged.slice(from, from + 5000).map(([traceId, tenantId], at) => ({ traceId, tenantId, at }))
    await store.writeScores(
      some.map(({ at, ...run }) => ({
        ...{ ...run, spanId: null, name: 'helpful', value: (at % 10) / 10, label: null, explanation: null },
        source: 'judge',
      })),
    )
    await store.writeOutcomes(
      some.map(({ at, ...run }) => ({ ...run, outcome: at % 6 === 0 ? 'failed' : 'success', reason: null })),
    )
  }
  const alerts = Array.from({ length: 3 * DAYS }, (_, at) =>
    (['fired', 'resolved'] as const).map((event) => alertAt(event, newestMs - (at * DAY_MS) / 3, TEAMS[at % 3]!)),
  )
  await store.writeAlerts(
    alerts.flat().map((alert, at) => ({
      ...{ identity: alert.identity, event: alert.event, timeMs: alert.timeMs, rule: alert.rule, metric: alert.metric },
      ...{ severity: alert.severity, examples: [judged[at % judged.length]![0]], body: JSON.stringify(alert) },
    })),
  )
}

function alertAt(event: 'fired' | 'resolved', sinceMs: number, team: string): Alert {
  const labels = { agent: `planner-${team}` }
  const identity = JSON.stringify(['error-rate', labels.agent])
  return {
    ...alone(identity),
    ...{ event, identity, rule: 'error-rate', metric: 'error_rate' },
    ...{ severity: 'critical', labels, ruleLabels: {}, runbook: null, channel: 'band', calls: 40, score: 9 },
    ...{ timeMs: event === 'fired' ? sinceMs + 240_000 : sinceMs + 3_600_000, sinceMs },
    ...{ value: 0.18, center: 0.05, deviation: 0.01, z: 13, cause: event === 'fired' ? null : 'recovered' },
    peak: { value: 0.2, score: 11, timeMs: sinceMs + 60_000 },
    ...{ text: 'error_rate is 18.0 %', examples: [], changes: [], share: null },
  }
}
