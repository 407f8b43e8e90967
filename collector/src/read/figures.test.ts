import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createHttp } from '../http.ts'
import { createKeyring } from '../keys.ts'
import type { AgentQuery, Agents } from '../store/agent-store.ts'
import type { Arrival, Spend, SpendQuery } from '../store/store.ts'
import type { WorkflowQuery } from '../store/workflow-store.ts'
import { agentsSchema } from './agents-answer.ts'
import { dialectsSchema } from './dialects-answer.ts'
import { figuresRoutes } from './figures-routes.ts'
import { spendSchema } from './spend-answer.ts'
import { workflowsSchema } from './workflows-answer.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const DAY_MS = 86_400_000
const asked: (SpendQuery | AgentQuery | WorkflowQuery | number)[] = []
const spend: Spend = {
  rows: [{ key: 'gpt-x', calls: 2, inputTokens: 5, outputTokens: 1, costNano: 1_500_000_000, unpricedCalls: 0 }],
  unpriced: [{ provider: null, model: 'acme', calls: 1, inputTokens: 9, outputTokens: 0, lastSeenMs: NOW }],
  totalNano: 1_500_000_000,
}
const fared = { runs: 2, failedRuns: 1, turns: 2, calls: 9, failedCalls: 3, p50Ms: 1.5, p95Ms: null }
const agents: Agents = {
  agents: [
    {
      ...{ agent: 'triage', ...fared, costNano: 2_500_000_000, inputTokens: 5, outputTokens: 1, unpricedCalls: 0 },
      lastSeenMs: Number.MAX_SAFE_INTEGER,
      steps: [{ step: 3, ...fared, costNano: null }],
    },
  ],
  handoffs: [{ from: 'triage', to: 'research', runs: 1, calls: 4, failedCalls: 1, p95Ms: 12, costNano: 1 }],
  starts: [{ from: 'refund', to: 'triage', runs: 2, calls: 2, failedCalls: 0, p95Ms: 90, costNano: null }],
}
const arrival: Arrival = {
  dialect: 'otel-genai',
  scope: { name: 'openai', version: '1.2' },
  spans: 100,
  llmCalls: 50,
  failedCalls: 10,
  withoutUsage: 12,
  withoutModel: 1,
  streams: 20,
  streamsWithoutUsage: 10,
  unpricedCalls: 3,
  lastSeenMs: NOW,
  warnings: [{ name: 'bad_number:x', spans: 4 }],
}
const app = createHttp({
  keyring: createKeyring([], Date.now),
  log: pino({ level: 'silent' }),
  allowedHosts: [],
  bodyBytes: 1024,
  ready: () => Promise.resolve(),
  metrics: () => Promise.resolve(''),
})
beforeAll(async () => {
  const store = {
    spend: async (_tenant: string | null, query: SpendQuery) => {
      asked.push(query)
      return spend
    },
    arrivals: async (_tenant: string | null, sinceMs: number) => {
      asked.push(sinceMs)
      return [arrival]
    },
    agents: async (_tenant: string | null, query: AgentQuery) => {
      asked.push(query)
      return agents
    },
    workflows: async (_tenant: string | null, query: WorkflowQuery) => {
      asked.push(query)
      const ended = { succeeded: 2, failed: 3, unknown: 1, p95Ms: null }
      return [
        { workflow: 'refund', runs: 6, ...ended, costNano: 3_000_000_000 },
        { workflow: null, runs: 4, ...ended, succeeded: 0, costNano: 3_000_000_000 },
        { workflow: 'free', runs: 6, ...ended, costNano: null },
      ]
    },
  }
  const losesOf = (dialect: string, { version }: { version: string }) => [`${dialect} ${version} loses all`]
  await app.register(figuresRoutes({ store, tenantOf: () => null, losesOf, now: () => NOW }))
})
afterAll(() => app.close())

const get = async (url: string) => {
  const answer = await app.inject({ url, headers: { host: 'localhost' } })
  return { status: answer.statusCode, body: answer.json() }
}
const documented = (schema: unknown, answer: unknown) => {
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(answer).error
}

test.each([
  ['/api/spend', { fromMs: NOW - DAY_MS, toMs: NOW, by: 'model' }],
  ['/api/spend?by=day&from=2026-11-01', { fromMs: Date.parse('2026-11-01'), toMs: NOW, by: 'day' }],
  ['/api/spend?to=1000000', { fromMs: 0, toMs: 1_000_000, by: 'model' }],
])('%s asks the store for its window', async (url, query) => {
  const { status, body } = await get(url)
  expect(status).toBe(200)
  expect(asked.at(-1)).toEqual(query)
  expect(documented(spendSchema.response[200], body)).toBeUndefined()
  expect(body).toMatchObject({ totalUsd: 1.5, rows: [{ key: 'gpt-x', costUsd: 1.5 }], unpriced: [{ model: 'acme' }] })
})

test.each([
  ['by=hour', 'by'],
  ['from=yesterday', 'from'],
  ['from=2026-11-21T11:00', 'from'],
  ['from=2026-12-01', 'from'],
  ['to=1&to=2', 'to'],
  ['limit=5', 'limit'],
])('/api/spend?%s is refused by name', async (query, field) => {
  const { status, body } = await get(`/api/spend?${query}`)
  expect([status, body.error.code, body.error.field]).toEqual([400, 'OUT_QUERY_INVALID', field])
})

const HALF_HOUR = 1_800_000
test.each([
  ['', NOW - DAY_MS, NOW, HALF_HOUR],
  ['?from=2026-11-21T10:50:30Z', NOW - 70 * 60_000, NOW, 120_000],
  ['?from=2026-11-20T11:59:50Z', NOW - DAY_MS - HALF_HOUR, NOW, HALF_HOUR],
  ['?from=2026-11-01&steps=200', Date.parse('2026-11-01'), NOW, 3 * 3_600_000],
  ['?from=2026-11-20&to=2026-11-20', Date.parse('2026-11-20'), Date.parse('2026-11-20'), 60_000],
  ['?from=0&to=2026-11-20&steps=1', 0, Date.parse('2026-11-20'), 20_777 * DAY_MS],
])('/api/agents%s asks for round steps that lie on the clock', async (query, fromMs, toMs, stepMs) => {
  const { status, body } = await get(`/api/agents${query}`)
  expect(status).toBe(200)
  expect(asked.at(-1)).toEqual({ fromMs, toMs, stepMs })
  expect(documented(agentsSchema.response[200], body)).toBeUndefined()
  expect(body).toMatchObject({ stepMs, handoffs: [{ from: 'triage', to: 'research', costUsd: 1e-9 }] })
  expect(body).toMatchObject({ starts: [{ from: 'refund', to: 'triage', costUsd: null }] })
  expect(body.agents[0]).toMatchObject({ costUsd: 2.5, lastSeen: '+275760-09-13T00:00:00.000Z' })
  expect(body.agents[0].steps[0]).toMatchObject({ from: new Date(fromMs + 3 * stepMs).toISOString(), costUsd: null })
})

test.each([
  ['steps=0', 'steps'],
  ['steps=201', 'steps'],
  ['steps=many', 'steps'],
  ['from=2026-12-01', 'from'],
  ['workflow=', 'workflow'],
  ['agent=x', 'agent'],
])('/api/agents?%s is refused by name', async (query, field) => {
  const { status, body } = await get(`/api/agents?${query}`)
  expect([status, body.error.code, body.error.field]).toEqual([400, 'OUT_QUERY_INVALID', field])
})

const SUCCESS = ['success', 'succeeded', 'successful', 'ok', 'done', 'completed', 'resolved', 'passed']
test.each([
  ['', { fromMs: NOW - DAY_MS, toMs: NOW, success: SUCCESS }],
  [
    '?from=2026-11-01&success=Refunded,%20sent',
    { fromMs: Date.parse('2026-11-01'), toMs: NOW, success: ['refunded', 'sent'] },
  ],
])('/api/workflows%s says what a success costs, between two figures', async (query, wanted) => {
  const { status, body } = await get(`/api/workflows${query}`)
  expect(status).toBe(200)
  expect(asked.at(-1)).toEqual(wanted)
  expect(documented(workflowsSchema.response[200], body)).toBeUndefined()
  const costs = body.workflows.map((one: { costPerSuccessUsd: unknown }) => one.costPerSuccessUsd)
  expect(costs).toEqual([
    { low: 1, high: 1.5 },
    { low: 3, high: null },
    { low: null, high: null },
  ])
})

test.each([
  ['success=', 'success'],
  ['success=a,,b', 'success'],
  ['from=2026-12-01', 'from'],
  ['workflow=x', 'workflow'],
])('/api/workflows?%s is refused by name', async (query, field) => {
  const { status, body } = await get(`/api/workflows?${query}`)
  expect([status, body.error.code, body.error.field]).toEqual([400, 'OUT_QUERY_INVALID', field])
})

test('/api/dialects says what each loses, known before and seen', async () => {
  const { status, body } = await get('/api/dialects')
  expect([status, asked.at(-1)]).toEqual([200, NOW - DAY_MS])
  expect(documented(dialectsSchema.response[200], body)).toBeUndefined()
  expect(body.dialects[0]).toMatchObject({ loses: ['otel-genai 1.2 loses all'], lastSeen: '2026-11-21T12:00:00.000Z' })
  expect(body.dialects[0].observed).toEqual([
    expect.stringMatching(/^10 of 20 streams \(50 %\) told no tokens.*include_usage/),
    expect.stringMatching(/^2 of 20 calls without streaming \(10 %\) told no tokens/),
    expect.stringMatching(/^1 of 40 calls \(3 %\) named no model/),
    expect.stringMatching(/^3 of 50 calls \(6 %\) have tokens and no price.*outrider reprice/),
  ])
})
