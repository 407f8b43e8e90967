import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { createHttp } from './http.ts'
import { createKeyring } from './keys.ts'
import { masked, runningVersions, settingsRoutes } from './settings.ts'

/** What must not be seen, wherever it stands. */
const SECRETS = ['hunter2-clickhouse', 'hunter2-redis', 'T00000000', 'xoxb-hook-path', 'canary-word-9', 'q-token-3']
const sha256 = (secret: string) => createHash('sha256').update(secret).digest('hex')
const [ADMIN, ACME, READER] = ['admin', 'acme', 'reader'].map((name) => name.padEnd(20, '.')) as [
  string,
  string,
  string,
]

const YAML = `
store: { clickhouseUrl: "https://outrider:hunter2-clickhouse@db.internal:8443/outrider?token=q-token-3" }
ledger: { redisUrl: "rediss://default:hunter2-redis@redis.internal:6379/0" }
budgets: [ { name: run-cap, scope: run, limitUsd: 1 } ]
guards: { packs: [baseline], canaries: { words: ["canary-word-9"] } }
alerts:
  notify:
    - { type: webhook, url: "https://hooks.example/services/T00000000/xoxb-hook-path", secretFile: /run/secrets/hook }
    - { type: log }
keys:
  - { name: ops, sha256: ${sha256(ADMIN)}, scopes: [admin], expires: 2099-01-01 }
  - { name: acme-ops, sha256: ${sha256(ACME)}, scopes: [admin], tenant: acme }
  - { name: reader, sha256: ${sha256(READER)}, scopes: [read] }
`

let dir: string
let app: ReturnType<typeof createHttp>
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outrider-settings-'))
  const file = join(dir, 'outrider.yaml')
  writeFileSync(file, YAML)
  const loaded = loadConfig({}, file)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  app = createHttp({
    ...{ keyring: createKeyring(loaded.config.keys, Date.now), log: pino({ level: 'silent' }), allowedHosts: [] },
    ...{ bodyBytes: 1024, ready: () => Promise.resolve(), metrics: () => Promise.resolve('') },
  })
  const versions = () => runningVersions(loaded.config)
  await app.register(settingsRoutes({ config: () => loaded.config, versions, startedMs: 0 }))
})
afterAll(async () => {
  await app.close()
  await rm(dir, { recursive: true })
})

const get = (secret: string) => app.inject({ url: '/api/settings', headers: { authorization: `Bearer ${secret}` } })

test('settings are shown in full, and no secret among them', async () => {
  const answer = await get(ADMIN)
  expect(answer.statusCode).toBe(200)
  for (const secret of [...SECRETS, sha256(ADMIN), sha256(ACME)]) expect(answer.body).not.toContain(secret)
  const { settings, keys, startedAt, versions } = answer.json()
  expect(versions).toMatchObject({ node: process.versions.node, store: 'a ClickHouse server' })
  expect(startedAt).toBe('1970-01-01T00:00:00.000Z')
  expect(settings.store.clickhouseUrl).toBe('https://•••@db.internal:8443/outrider?•••')
  expect(settings.ledger.redisUrl).toBe('rediss://•••@redis.internal:6379/0')
  expect(settings.alerts.notify[0]).toMatchObject({ url: 'https://hooks.example/•••' })
  expect(settings).toMatchObject({ content: 'redacted', retention: { days: 30 }, budgets: [{ name: 'run-cap' }] })
  expect(settings.keys).toBeUndefined()
  expect(keys).toEqual([
    { name: 'ops', scopes: ['admin'], tenant: null, expiresAt: '2099-01-01T00:00:00.000Z' },
    { name: 'acme-ops', scopes: ['admin'], tenant: 'acme', expiresAt: null },
    { name: 'reader', scopes: ['read'], tenant: null, expiresAt: null },
  ])
})

test.each([
  ['a key without the scope', READER, 403],
  ['a key that is bound to a tenant', ACME, 403],
  ['an unknown key', 'x'.repeat(20), 401],
])('%s sees nothing', async (_, secret, status) => {
  const answer = await get(secret)
  expect(answer.statusCode).toBe(status)
  expect(answer.json().settings).toBeUndefined()
})

test.each([
  ['no address', 'path', '/etc/outrider', '/etc/outrider'],
  ['an address without secrets', 'publicUrl', 'https://outrider.example/ops', 'https://outrider.example/ops'],
  ['a password by its name', 'password', 'hunter2', '•••'],
  ['a limit that sounds like one', 'maxOutputTokens', 4096, 4096],
  ['a list of secrets', 'words', ['a', 'b'], ['•••', '•••']],
  ['a broken address', 'url', 'https://[', 'https://['],
])('%s', (_, name, value, shown) => {
  expect(masked(value, name)).toEqual(shown)
})
