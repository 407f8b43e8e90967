/**
 * API keys: what a caller may do and whose data it touches. Knows keys and scopes; refuses to know routes or HTTP.
 * A key is `or_<scopes>_<secret>_<checksum>`; only its SHA-256 is kept. The tenant always comes from the key.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { OutriderError } from './errors.ts'

export const SCOPES = ['ingest', 'gate', 'read', 'query', 'admin'] as const
/**
 * `ingest` sends telemetry · `gate` asks before calls · `read` reads runs and pages · `query` asks in SQL, for dashboards ·
 * `admin` all of it and changes.
 */
export type Scope = (typeof SCOPES)[number]

export interface ApiKey {
  readonly name: string
  /** Lower-case hex. */
  readonly sha256: string
  readonly scopes: readonly Scope[]
  /** `null`: not bound to a tenant, sees and writes all. */
  readonly tenant: string | null
  readonly expiresMs: number | null
}

export interface Caller {
  readonly name: string
  readonly tenant: string | null
  readonly scopes: readonly Scope[]
}

/** Whoever reaches a loopback collector that has no keys. */
const LOCAL: Caller = { name: 'local', tenant: null, scopes: SCOPES }

export interface Keyring {
  /** True when no keys are set: everyone who reaches the port is trusted. */
  readonly open: boolean
  /**
   * The caller behind an `authorization: Bearer` (or `x-api-key`) header, or behind the password that a ClickHouse client
   * sends (`authorization: Basic`, `x-clickhouse-key`; the user's name is free).
   * Throws `OUT_KEY_MISSING`, `OUT_KEY_UNKNOWN` (also for expired keys) or `OUT_SCOPE_MISSING`.
   */
  authorize(headers: Readonly<Record<string, string | readonly string[] | undefined>>, scope: Scope): Caller
}

export function createKeyring(keys: readonly ApiKey[], now: () => number): Keyring {
  if (keys.length === 0) return { open: true, authorize: () => LOCAL }
  const known = keys.map((key) => ({ key, digest: Buffer.from(key.sha256, 'hex') }))
  return {
    open: false,
    authorize(headers, scope) {
      const secret = bearer(headers)
      if (secret === undefined) throw new OutriderError('OUT_KEY_MISSING', 'This collector needs an API key.')
      const digest = createHash('sha256').update(secret).digest()
      let found: ApiKey | undefined
      // every key is compared, in constant time, so that timing tells nothing
      for (const entry of known) if (timingSafeEqual(entry.digest, digest)) found = entry.key
      if (found === undefined || (found.expiresMs !== null && now() >= found.expiresMs)) {
        throw new OutriderError('OUT_KEY_UNKNOWN', 'The API key is unknown or has expired.', { field: 'authorization' })
      }
      if (!found.scopes.includes(scope) && !found.scopes.includes('admin')) {
        throw new OutriderError('OUT_SCOPE_MISSING', `The key '${found.name}' has no scope '${scope}'.`, {
          field: scope,
        })
      }
      return { name: found.name, tenant: found.tenant, scopes: found.scopes }
    },
  }
}

function bearer(headers: Readonly<Record<string, string | readonly string[] | undefined>>): string | undefined {
  const authorization = headers.authorization
  if (typeof authorization === 'string') {
    const space = authorization.indexOf(' ')
    if (space > 0 && authorization.slice(0, space).toLowerCase() === 'bearer') {
      const token = authorization.slice(space + 1).trim()
      if (token !== '') return token
    }
    if (space > 0 && authorization.slice(0, space).toLowerCase() === 'basic') {
      const pair = Buffer.from(authorization.slice(space + 1).trim(), 'base64').toString('utf8')
      const token = pair.slice(pair.indexOf(':') + 1)
      if (pair.includes(':') && token !== '') return token
    }
  }
  for (const name of ['x-api-key', 'x-clickhouse-key']) {
    const key = headers[name]
    if (typeof key === 'string' && key !== '') return key
  }
  return undefined
}

/** The one key of `OUTRIDER_API_KEY`: all scopes, no tenant. */
export function keyFromSecret(secret: string): ApiKey {
  return { name: 'OUTRIDER_API_KEY', sha256: sha256(secret), scopes: SCOPES, tenant: null, expiresMs: null }
}

/** A new key, to be shown once, and the lines for `keys:` in outrider.yaml, which hold only its hash. */
export function newKey(wanted: { name: string; scopes: readonly Scope[]; tenant?: string }): {
  key: string
  yaml: string
} {
  const body = `or_${wanted.scopes.join('-')}_${randomBytes(32).toString('hex')}`
  const key = `${body}_${sha256(body).slice(0, 6)}`
  const lines = [
    `- name: ${JSON.stringify(wanted.name)}`,
    `  sha256: ${sha256(key)}`,
    `  scopes: [${wanted.scopes.join(', ')}]`,
    ...(wanted.tenant === undefined ? [] : [`  tenant: ${JSON.stringify(wanted.tenant)}`]),
  ]
  return { key, yaml: `${lines.join('\n')}\n` }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
