import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { OutriderError } from './errors.ts'
import { createHttp, type HttpParts } from './http.ts'
import { createKeyring, keyFromSecret } from './keys.ts'

const SECRET = 'the-operator-secret'
const make = async (over: Partial<HttpParts> = {}) => {
  const app = createHttp({
    keyring: createKeyring([], Date.now),
    log: pino({ level: 'silent' }),
    ready: async () => {},
    metrics: async () => 'a 1\n',
    allowedHosts: ['outrider.internal'],
    bodyBytes: 1 << 20,
    ...over,
  })
  app.post('/api/thing/:id', { config: { scope: 'admin' } }, (request) => request.body)
  app.get('/api/fail', { config: { scope: 'read' } }, () => {
    throw new Error('a secret detail')
  })
  await app.ready()
  return app
}
const local = { host: 'localhost:4318' }

describe('http', () => {
  it.each([
    ['unknown route', { url: '/nope', headers: local }, 404, 'OUT_ROUTE_UNKNOWN'],
    ['wrong method', { url: '/livez', method: 'DELETE', headers: local }, 405, 'OUT_METHOD_UNKNOWN'],
    ['wrong method on a pattern', { url: '/api/thing/7', headers: local }, 405, 'OUT_METHOD_UNKNOWN'],
    ['a failure of ours', { url: '/api/fail', headers: local }, 500, 'OUT_INTERNAL'],
    ['another host', { url: '/livez', headers: { host: 'evil.example' } }, 403, 'OUT_HOST_REFUSED'],
    [
      'a page of another origin',
      { url: '/api/thing/7', method: 'POST', headers: { ...local, origin: 'https://evil.example' }, payload: {} },
      403,
      'OUT_HOST_REFUSED',
    ],
    [
      'broken JSON',
      { url: '/api/thing/7', method: 'POST', headers: { ...local, 'content-type': 'application/json' }, payload: '{' },
      400,
      'OUT_BODY_UNREADABLE',
    ],
    [
      'another type',
      { url: '/api/thing/7', method: 'POST', headers: { ...local, 'content-type': 'text/csv' }, payload: 'a' },
      415,
      'OUT_TYPE_UNKNOWN',
    ],
  ] as const)('%s', async (_what, request, status, code) => {
    const app = await make()
    const answer = await app.inject(request)
    expect(answer.statusCode).toBe(status)
    expect(answer.json().error).toMatchObject({ code, hint: expect.any(String), retryable: false })
    expect(answer.body).not.toContain('a secret detail')
  })

  it.each(['127.0.0.1:4318', '127.0.0.53', '[::1]:4318', 'LOCALHOST', 'outrider.internal'])(
    'answers to %s',
    async (host) => {
      const answer = await (await make()).inject({ url: '/livez', headers: { host } })
      expect(answer.statusCode).toBe(200)
    },
  )

  it('asks for a key where there are keys, whatever the host, but not for liveness', async () => {
    const app = await make({ keyring: createKeyring([keyFromSecret(SECRET)], Date.now) })
    const headers = { host: 'collector:4318' }
    expect((await app.inject({ url: '/livez', headers })).statusCode).toBe(200)
    expect((await app.inject({ url: '/metrics', headers })).statusCode).toBe(401)
    const authorization = `Bearer ${SECRET}`
    expect((await app.inject({ url: '/metrics', headers: { ...headers, authorization } })).body).toBe('a 1\n')
  })

  it('is not ready while the store is away', async () => {
    const ready = async () => {
      throw new OutriderError('OUT_STORE_UNAVAILABLE', 'away', { retryAfter: 3 })
    }
    const app = await make({ ready })
    const answer = await app.inject({ url: '/readyz', headers: local })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '3'])
    expect((await app.inject({ url: '/livez', headers: local })).statusCode).toBe(200)
  })

  it('refuses to start with a route that declares no scope', async () => {
    const app = createHttp({
      keyring: createKeyring([], Date.now),
      log: pino({ level: 'silent' }),
      ready: async () => {},
      metrics: async () => '',
      allowedHosts: [],
      bodyBytes: 1 << 20,
    })
    expect(() => app.get('/free', () => 1)).toThrow('declares no scope')
  })

  it('documents itself', async () => {
    const answer = await (await make()).inject({ url: '/docs', headers: local })
    expect(Object.keys(answer.json().paths)).toContain('/readyz')
  })
})
