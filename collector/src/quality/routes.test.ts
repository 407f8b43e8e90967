import { createHash } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHttp } from '../http.ts'
import { createKeyring, type Scope } from '../keys.ts'
import type { Outcome, Score } from '../store/store.ts'
import { qualityRoutes } from './routes.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const secrets = { any: 'k'.repeat(20), acme: 'a'.repeat(20), reader: 'r'.repeat(20) }
const key = (secret: string, tenant: string | null, scopes: readonly Scope[]) => {
  const sha256 = createHash('sha256').update(secret).digest('hex')
  return { name: secret[0]!, sha256, scopes, tenant, expiresMs: null }
}
const app = createHttp({
  keyring: createKeyring(
    [key(secrets.any, null, ['ingest']), key(secrets.acme, 'acme', ['ingest']), key(secrets.reader, null, ['read'])],
    Date.now,
  ),
  log: pino({ level: 'silent' }),
  allowedHosts: [],
  bodyBytes: 1 << 20,
  ready: () => Promise.resolve(),
  metrics: () => Promise.resolve(''),
})
let scores: readonly Score[] = []
let outcomes: readonly Outcome[] = []
beforeAll(async () => {
  await app.register(
    qualityRoutes({
      store: {
        writeScores: async (given) => {
          scores = given
        },
        writeOutcomes: async (given) => {
          outcomes = given
        },
      },
      tenantOf: (request) => request.caller?.tenant ?? null,
      redact: (text) => (text.includes('secret') ? null : text),
    }),
  )
})
beforeEach(() => {
  scores = []
  outcomes = []
})
afterAll(() => app.close())

const post = async (url: string, payload: object, secret: string) => {
  const answer = await app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${secret}` } })
  return { status: answer.statusCode, body: answer.json() }
}

test('a score is of the tenant of the key, and of nobody where the key has none', async () => {
  const score = { traceId: traceId.toUpperCase(), name: 'a', value: 1, explanation: 'why' }
  expect(await post('/api/scores', score, secrets.acme)).toEqual({ status: 200, body: { stored: 1 } })
  const none = { spanId: null, label: null, source: null }
  expect(scores).toEqual([{ ...score, ...none, traceId, tenantId: 'acme' }])
  await post('/api/scores', [score, { ...score, spanId: '00F067AA0BA902B7' }], secrets.any)
  expect(scores.map(({ tenantId, spanId }) => [tenantId, spanId])).toEqual([
    [null, null],
    [null, '00f067aa0ba902b7'],
  ])
})

test('what of an explanation or reason may not be kept is not handed on', async () => {
  await post('/api/scores', { traceId, name: 'a', value: 1, explanation: 'a secret' }, secrets.any)
  await post('/api/outcomes', { traceId, outcome: 'failure', reason: 'a secret' }, secrets.acme)
  expect(scores[0]?.explanation).toBeNull()
  expect(outcomes).toEqual([{ traceId, outcome: 'failure', reason: null, tenantId: 'acme' }])
})

test.each(['/api/scores', '/api/outcomes'])('%s needs the scope ingest', async (url) => {
  expect((await post(url, {}, secrets.reader)).body.error).toMatchObject({ code: 'OUT_SCOPE_MISSING', field: 'ingest' })
})

test('of a list with a bad entry nothing is taken, and a list has an end', async () => {
  const score = { traceId, name: 'a', value: 1 }
  const bad = await post('/api/scores', [score, { ...score, value: null }], secrets.any)
  expect(bad.body.error).toMatchObject({ code: 'OUT_FIELD_INVALID', field: '[1].value' })
  const long = await post('/api/scores', Array(1001).fill(score), secrets.any)
  expect(long.body.error).toMatchObject({ code: 'OUT_FIELD_INVALID', field: 'length' })
  expect(scores).toEqual([])
  expect((await post('/api/scores', [], secrets.any)).body).toEqual({ stored: 0 })
})
