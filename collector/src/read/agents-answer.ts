/** `GET /api/agents`: how every agent fared over time, and who called whom. */
import { usdFromNano } from '@outrider/policies'
import type { AgentHealth, AgentQuery, AgentStep, Agents, Handoff } from '../store/agent-store.ts'
import { agentsQueryJsonSchema } from './agents-query.ts'

export function agentsJson({ fromMs, toMs, stepMs }: AgentQuery, { agents, handoffs, starts }: Agents) {
  return {
    from: iso(fromMs),
    to: iso(toMs),
    stepMs,
    agents: agents.map((agent) => agentJson(agent, fromMs, stepMs)),
    handoffs: handoffs.map(handoffJson),
    starts: starts.map(handoffJson),
  }
}

function agentJson({ costNano, lastSeenMs, steps, ...agent }: AgentHealth, fromMs: number, stepMs: number) {
  return {
    ...agent,
    costUsd: usdOrNull(costNano),
    lastSeen: iso(lastSeenMs),
    steps: steps.map((step) => stepJson(step, fromMs, stepMs)),
  }
}

function stepJson({ step, costNano, ...figures }: AgentStep, fromMs: number, stepMs: number) {
  return { from: iso(fromMs + step * stepMs), ...figures, costUsd: usdOrNull(costNano) }
}

const handoffJson = ({ costNano, ...handoff }: Handoff) => ({ ...handoff, costUsd: usdOrNull(costNano) })

const usdOrNull = (nano: number | null): number | null => (nano === null ? null : usdFromNano(nano))
/** The last instant of a `Date`: a span may say that it ended later. */
const LAST_MS = 8.64e15
const iso = (ms: number): string => new Date(Math.min(ms, LAST_MS)).toISOString()

const text = (description: string) => ({ type: 'string', description })
const count = (description: string) => ({ type: 'integer', description })
const maybe = (description: string) => ({ type: ['number', 'null'], description })
const record = (properties: Readonly<Record<string, unknown>>) => {
  return { type: 'object', properties, required: Object.keys(properties) }
}

const figures = {
  runs: count('Runs in which it took part.'),
  failedRuns: count('Those in which a turn of it failed; where it tells no turns, in which a call of it failed.'),
  turns: count('Spans of kind `agent`.'),
  calls: count('Model, tool, retrieval and embedding calls.'),
  failedCalls: count('Those that failed.'),
  p50Ms: maybe('Milliseconds: of turns, or of model calls where it tells no turns.'),
  p95Ms: maybe('Milliseconds.'),
  costUsd: maybe('USD, of counted calls; null when nothing has a price.'),
}

export const agentsSchema = {
  summary: 'How every agent fared over time, and who called whom.',
  description: 'A step holds the runs that started in it, so `GET /api/runs?agent=…&from=…&to=…` lists the same runs.',
  tags: ['agents'],
  querystring: agentsQueryJsonSchema,
  response: {
    200: record({
      from: text('ISO 8601: where the first step begins.'),
      to: text('ISO 8601.'),
      stepMs: count('Length of a step in milliseconds.'),
      agents: {
        type: 'array',
        description: 'Most runs first; 200 at most.',
        items: record({
          agent: text('Name.'),
          ...figures,
          inputTokens: count('Of model calls; cache included.'),
          outputTokens: count('Reasoning included.'),
          unpricedCalls: count('Their money is missing from `costUsd`.'),
          lastSeen: text('ISO 8601: when its last span ended.'),
          steps: {
            type: 'array',
            description: 'Those in which it took part in a run, in order.',
            items: record({ from: text('ISO 8601: where the step begins.'), ...figures }),
          },
        }),
      },
      handoffs: {
        type: 'array',
        description: 'Most calls first; 1,000 at most.',
        items: record({
          from: text('The agent that called.'),
          to: text('The agent that was called; the same where it called itself.'),
          runs: count('Runs in which it did.'),
          calls: count('Turns of `to` that `from` asked for.'),
          failedCalls: count('Those that failed.'),
          p95Ms: maybe('Milliseconds, of these turns.'),
          costUsd: maybe('USD that `to` spent on behalf of `from`.'),
        }),
      },
      starts: {
        type: 'array',
        description: 'Which workflow began with which agent. Most turns first; 1,000 at most.',
        items: record({
          from: text('The workflow.'),
          to: text('An agent that no other had called.'),
          runs: count('Runs in which it did.'),
          calls: count('Its turns there.'),
          failedCalls: count('Those that failed.'),
          p95Ms: maybe('Milliseconds, of these turns.'),
          costUsd: maybe('USD that it spent itself.'),
        }),
      },
    }),
  },
}
