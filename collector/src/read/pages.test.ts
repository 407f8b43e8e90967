import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttp } from '../http.ts'
import { createKeyring, keyFromSecret } from '../keys.ts'
import { pageRoutes } from './pages.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-pages-'))
mkdirSync(join(dir, 'assets'))
writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Outrider</title>')
writeFileSync(join(dir, 'secret.txt'), 'secret')
writeFileSync(join(dir, 'assets', 'main-abc123.js'), 'export {}')
writeFileSync(join(dir, 'assets', '.hidden'), 'secret')

const http = () => {
  return createHttp({
    keyring: createKeyring([keyFromSecret('k'.repeat(20))], Date.now),
    log: pino({ level: 'silent' }),
    allowedHosts: [],
    bodyBytes: 1024,
    ready: () => Promise.resolve(),
    metrics: () => Promise.resolve(''),
  })
}
const app = http()
beforeAll(() => app.register(pageRoutes({ dir })))
afterAll(async () => {
  await app.close()
  rmSync(dir, { recursive: true })
})

describe.each(['/', '/runs/4bf92f3577b34da6a3ce929d0e0e4736', '/?status=error'])('%s', (url) => {
  test('is the page, without a key, asked for anew each time', async () => {
    const { statusCode, headers, body } = await app.inject(url)
    expect(statusCode).toBe(200)
    expect(body).toContain('<title>Outrider</title>')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
  })

  test('lets nothing from elsewhere in, and text never become markup', async () => {
    const { headers } = await app.inject(url)
    const policy = String(headers['content-security-policy']).split('; ')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.join()).not.toMatch(/unsafe|\*|http/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
  })
})

test('assets carry a hash in their name and are kept for ever', async () => {
  const { statusCode, headers } = await app.inject('/assets/main-abc123.js')
  expect(statusCode).toBe(200)
  expect(headers['content-type']).toMatch(/javascript/)
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test.each([
  '/assets/none.js',
  '/assets/.hidden',
  '/assets/..%2fsecret.txt',
  '/assets/%2e%2e%2fsecret.txt',
  '/assets/%00',
  '/assets/',
  '/secret.txt',
  '/runs/a/b',
])('%s is not there', async (url) => {
  const { statusCode, body } = await app.inject(url)
  expect([statusCode, JSON.parse(body).error.code]).toEqual([404, 'OUT_ROUTE_UNKNOWN'])
  expect(body).not.toContain('secret"')
})

test('pages that are not built say how to build them', async () => {
  const bare = http()
  await bare.register(pageRoutes({ dir: join(dir, 'nowhere') }))
  const { statusCode, body } = await bare.inject('/')
  expect(statusCode).toBe(404)
  expect(JSON.parse(body).error.message).toContain('npm start')
  await bare.close()
})
