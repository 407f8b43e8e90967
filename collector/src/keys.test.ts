import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createKeyring, keyFromSecret, newKey, SCOPES } from './keys.ts'

const made = newKey({ name: 'shop', scopes: ['ingest'], tenant: 'acme' })
const entry = parse(made.yaml)[0]
const key = { ...entry, expiresMs: null }
const ring = createKeyring([key, keyFromSecret('the-operator-secret')], () => 1000)
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

describe('keyring', () => {
  it('knows a made key by its yaml, with tenant and scopes', () => {
    expect(ring.authorize(bearer(made.key), 'ingest')).toEqual({ name: 'shop', tenant: 'acme', scopes: ['ingest'] })
    expect(made.yaml).not.toContain(made.key)
  })

  it.each([
    ['no header', {}, 'OUT_KEY_MISSING'],
    ['another scheme', { authorization: 'Basic abc' }, 'OUT_KEY_MISSING'],
    ['an empty token', { authorization: 'Bearer ' }, 'OUT_KEY_MISSING'],
    ['an unknown key', bearer(`${made.key}x`), 'OUT_KEY_UNKNOWN'],
    ['the hash instead of the key', bearer(entry.sha256), 'OUT_KEY_UNKNOWN'],
  ])('refuses %s', (_what, headers, code) => {
    expect(() => ring.authorize(headers, 'ingest')).toThrow(expect.objectContaining({ code }))
  })

  it('refuses a scope the key lacks, and names it', () => {
    expect(() => ring.authorize(bearer(made.key), 'read')).toThrow(
      expect.objectContaining({ code: 'OUT_SCOPE_MISSING', field: 'read' }),
    )
  })

  it('takes x-api-key too, and admin for everything', () => {
    for (const scope of SCOPES) {
      expect(ring.authorize({ 'x-api-key': 'the-operator-secret' }, scope).tenant).toBeNull()
    }
  })

  it('takes the password of a ClickHouse client for the key, whoever the user is', () => {
    const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` })
    expect(ring.authorize(basic('grafana:the-operator-secret'), 'query').name).toBe('OUTRIDER_API_KEY')
    expect(ring.authorize({ 'x-clickhouse-key': 'the-operator-secret' }, 'query').name).toBe('OUTRIDER_API_KEY')
    for (const none of ['grafana:', 'grafana', ':']) {
      expect(() => ring.authorize(basic(none), 'query')).toThrow(expect.objectContaining({ code: 'OUT_KEY_MISSING' }))
    }
    expect(() => ring.authorize(basic(`grafana:${made.key}`), 'query')).toThrow(
      expect.objectContaining({ code: 'OUT_SCOPE_MISSING', field: 'query' }),
    )
  })

  it('refuses a key from its expiry on', () => {
    const at = (now: number) => createKeyring([{ ...key, expiresMs: 1000 }], () => now)
    expect(at(999).authorize(bearer(made.key), 'ingest').name).toBe('shop')
    expect(() => at(1000).authorize(bearer(made.key), 'ingest')).toThrow()
  })

  it('is open without keys', () => {
    expect(createKeyring([], Date.now).authorize({}, 'admin').name).toBe('local')
  })
})
