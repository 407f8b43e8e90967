import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createHttp } from '../http.ts'
import { createKeyring } from '../keys.ts'
import type { Arrival, Spend, SpendQuery } from '../store/store.ts'
import { dialectsSchema } from './dialects-answer.ts'
import { figuresRoutes } from './figures-routes.ts'
import { spendSchema } from './spend-answer.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const DAY_MS = 86_400_000
const asked: (SpendQuery | number)[] = []
const spend: Spend = {
  rows: [{ key: 'gpt-x', calls: 2, inputTokens: 5, outputTokens: 1, costNano: 1_500_000_000, unpricedCalls: 0 }],
  unpriced: [{ provider: null, model: 'acme', calls: 1, inputTokens: 9, outputTokens: 0, lastSeenMs: NOW }],
  totalNano: 1_500_000_000,
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
