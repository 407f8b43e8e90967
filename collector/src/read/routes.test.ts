import { createHash } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knownStore, span, storedRun } from '../../test/known-runs.ts'
import { createHttp } from '../http.ts'
import { createKeyring, type Scope } from '../keys.ts'
import type { Change } from '../store/store.ts'
import { readRoutes } from './routes.ts'

const A = '4bf92f3577b34da6a3ce929d0e0e4736'
const B = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'

const secrets = { all: 'k'.repeat(20), acme: 'a'.repeat(20), ingest: 'i'.repeat(20) }
const key = (secret: string, tenant: string | null, scopes: readonly Scope[]) => {
  return {
    name: secret[0]!,
    sha256: createHash('sha256').update(secret).digest('hex'),
    scopes,
    tenant,
    expiresMs: null,
  }
}
const keyring = createKeyring(
  [key(secrets.all, null, ['read']), key(secrets.acme, 'acme', ['read']), key(secrets.ingest, null, ['ingest'])],
  Date.now,
)

const known = knownStore([
  storedRun(
    [
      span({ spanId: '1111111111111111', name: 'refund', workflow: 'refund', tenantId: 'acme', ms: 90 }),
      span({ spanId: '2222222222222222', parentSpanId: '1111111111111111', kind: 'gate', atMs: 5, tenantId: 'acme' }),
      span({
        spanId: '3333333333333333',
        parentSpanId: 'ffffffffffffffff',
        kind: 'llm',
        atMs: 6,
        tenantId: 'acme',
        costNano: 1,
      }),
    ],
    { costNano: 123_456_789, durationNs: 90_500_000n },
  ),
  storedRun([span({ traceId: B, spanId: '4444444444444444', tenantId: 'other', atMs: 1000 })]),
])

const corrected: Change[] = []
const app = createHttp({
  keyring,
  log: pino({ level: 'silent' }),
  allowedHosts: [],
  bodyBytes: 1024,
  ready: () => Promise.resolve(),
  metrics: () => Promise.resolve(''),
})
beforeAll(async () => {
  await app.register(
    readRoutes({
      store: known.store,
      tenantOf: (request) => request.caller?.tenant ?? null,
      live: { subscribe: () => () => {} },
      inherit: (spans) => spans.map((each) => ({ ...each, agent: 'inherited' })),
      attachLogs: (spans) => spans.map((each) => ({ ...each, output: 'attached' })),
      decisions: async (_tenant, _traceId, spans) => spans.slice(1, 2).map(({ spanId }) => ({ spanId })),
      correct: async (changes) => corrected.push(...changes),
    }),
  )
})
afterAll(() => app.close())

const get = async (url: string, secret: string = secrets.all) => {
  const answer = await app.inject({ url, headers: { authorization: `Bearer ${secret}` } })
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

describe('GET /api/runs', () => {
  test('newest first, as JSON, page by page', async () => {
    const first = await get('/api/runs?limit=1')
    expect(first.status).toBe(200)
    expect(first.headers['cache-control']).toBe('no-store')
    expect(first.body.runs.map((run: { traceId: string }) => run.traceId)).toEqual([B])
    const second = await get(`/api/runs?limit=1&cursor=${first.body.next}`)
    expect(second.body.runs[0]).toMatchObject({
      traceId: A,
      startTime: '2026-11-21T00:00:00.123456789Z',
      durationMs: 90.5,
      costUsd: 0.123456789,
      rootSeen: true,
    })
    expect(second.body.next).toBeNull()
  })

  test('every filter reaches the store, parsed', async () => {
    await get(
      '/api/runs?limit=500&workflow=w&agent=a&failedAgent=f&user=u&session=s&tenant=t&status=error&model=m&minCostUsd=0.1&from=2026-11-21T09:00:00%2B02:00&to=1795305600000&q=%F0%9F%92%B0',
    )
    expect(known.asked.at(-1)?.query).toEqual({
      limit: 500,
      workflow: 'w',
      agent: 'a',
      failedAgent: 'f',
      user: 'u',
      session: 's',
      tenant: 't',
      status: 'error',
      model: 'm',
      minCostNano: 100_000_000,
      fromMs: Date.UTC(2026, 10, 21, 7),
      toMs: 1795305600000,
      q: '💰',
    })
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['status=failed', 'status'],
    ['minCostUsd=-0.1', 'minCostUsd'],
    ['minCostUsd=NaN', 'minCostUsd'],
    ['minCostUsd=1e99', 'minCostUsd'],
    ['from=yesterday', 'from'],
    ['from=2026-11-21T09:00', 'from'],
    ['to=99999999999999', 'to'],
    ['from=2&to=1', 'from'],
    ['workflow=', 'workflow'],
    ['agent[]=a', 'agent[]'],
    [`q=${'x'.repeat(1025)}`, 'q'],
    ['colour=red', 'colour'],
    ['__proto__=x', '__proto__'],
    ['constructor=x', 'constructor'],
  ])('%s is refused and named', async (query, field) => {
    const { status, body } = await get(`/api/runs?${query}`)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'OUT_QUERY_INVALID', field, retryable: false })
  })

  test('a cursor that the store does not know is refused as such', async () => {
    const { status, body } = await get('/api/runs?cursor=nonsense')
    expect([status, body.error.code]).toEqual([400, 'OUT_CURSOR_INVALID'])
  })

  test('a key sees its own tenant only, whatever it asks for', async () => {
    const { body } = await get('/api/runs?tenant=other', secrets.acme)
    expect(known.asked.at(-1)).toMatchObject({ tenant: 'acme', query: { tenant: 'other' } })
    expect(body.runs.map((run: { traceId: string }) => run.traceId)).toEqual([A])
    expect((await get(`/api/runs/${B}`, secrets.acme)).status).toBe(404)
  })

  test.each(['/api/runs', `/api/runs/${A}`, '/api/runs/live'])('%s wants the scope read', async (url) => {
    expect((await get(url, secrets.ingest)).body.error.code).toBe('OUT_SCOPE_MISSING')
    expect((await app.inject({ url })).statusCode).toBe(401)
  })
})

describe('GET /api/runs/{traceId}', () => {
  test('run, spans in order with orphans marked, decisions, alerts', async () => {
    const { status, headers, body } = await get(`/api/runs/${A.toUpperCase()}`)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    expect(Object.keys(body)).toEqual(['run', 'spans', 'decisions', 'alerts'])
    expect(body.spans.map((each: { spanId: string; orphan: boolean }) => [each.spanId[0], each.orphan])).toEqual([
      ['1', false],
      ['2', false],
      ['3', true],
    ])
    expect(body.spans[0]).toMatchObject({ agent: 'inherited', output: 'attached' })
    expect(body.decisions).toEqual([{ spanId: body.spans[1].spanId }])
    expect(body.alerts).toEqual([])
  })

  test('what lineage makes of the whole run is corrected, whoever opens it; of a part of a run nothing is', async () => {
    const C = 'c'.repeat(32)
    const spans = ['acme', 'acme', 'other'].map((tenantId, n) => span({ traceId: C, spanId: `${n}`, tenantId }))
    spans[0] = { ...spans[0]!, agent: 'inherited' }
    known.put(storedRun(spans, { tenantId: 'acme' }))
    corrected.length = 0
    expect((await get(`/api/runs/${C}`, secrets.acme)).status).toBe(200)
    const change = (n: number, tenant: string) => ({
      ...{ tenant, traceId: C, spanId: `${n}`, fields: { agent: 'inherited', said: {} }, stored: spans[n] },
    })
    expect(corrected).toEqual([change(1, 'acme'), change(2, 'other')])
    known.put(storedRun(spans, { tenantId: 'acme', spanCount: 4 }))
    corrected.length = 0
    expect((await get(`/api/runs/${C}`)).body.spans[1]).toMatchObject({ agent: 'inherited' })
    expect(corrected).toEqual([])
  })

  test.each([
    ['xyz', 400, 'OUT_TRACE_ID_INVALID'],
    ['0'.repeat(31), 400, 'OUT_TRACE_ID_INVALID'],
    ['0'.repeat(33), 400, 'OUT_TRACE_ID_INVALID'],
    [`${'0'.repeat(31)}%2F`, 400, 'OUT_TRACE_ID_INVALID'],
    ['..%2f..%2fmetrics', 400, 'OUT_TRACE_ID_INVALID'],
    ['0'.repeat(32), 404, 'OUT_RUN_UNKNOWN'],
  ])('%s answers %i', async (id, status, code) => {
    const answer = await get(`/api/runs/${id}`)
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, 'traceId'])
  })
})
