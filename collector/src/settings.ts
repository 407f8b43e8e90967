/** `GET /api/settings`: what this collector runs with, secrets masked. Part of the shell: it knows the configuration. */
import { createRequire } from 'node:module'
import type { FastifyPluginAsync } from 'fastify'
import type { Config } from './config.ts'
import { OutriderError } from './errors.ts'

export interface SettingsParts {
  /** What is in force now. */
  config(): Config
  /** What is running, by name. */
  versions(): Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly startedMs: number
}

const MASK = '•••'
/** Settings whose value is a secret wherever they stand; files that hold one are only named. */
const SECRET = /(?:secret|password|passphrase|token|credential|authorization|sha256|words)$/i

/** Of the collector, of what runs it and of what it stores with. */
export function runningVersions({ store }: Config): Readonly<Record<string, string>> {
  const require = createRequire(import.meta.url)
  const versionOf = (name: string): string => (require(name) as { version: string }).version
  const engine =
    store.clickhouseUrl === undefined ? `embedded, chdb ${versionOf('chdb/package.json')}` : 'a ClickHouse server'
  return { outrider: versionOf('../package.json'), node: process.versions.node, store: engine }
}

export function settingsRoutes({ config, versions, startedMs }: SettingsParts): FastifyPluginAsync {
  return async (app) => {
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    app.get('/api/settings', { config: { scope: 'admin' }, schema }, async (request, reply) => {
      if (request.caller?.tenant != null) {
        throw new OutriderError('OUT_SCOPE_MISSING', 'Settings are of all tenants, and this key is bound to one.', {
          field: 'admin',
        })
      }
      reply.header('cache-control', 'no-store')
      const { keys, ...settings } = config()
      return {
        startedAt: new Date(startedMs).toISOString(),
        versions: versions(),
        settings: masked(settings),
        keys: keys.map(({ name, scopes, tenant, expiresMs }) => ({
          ...{ name, scopes, tenant },
          expiresAt: expiresMs === null ? null : new Date(expiresMs).toISOString(),
        })),
      }
    })
  }
}

/** The same value without secrets: neither those that are named so nor those that hide in addresses. */
export function masked(value: unknown, name = ''): unknown {
  if (SECRET.test(name)) return Array.isArray(value) ? value.map(() => MASK) : MASK
  if (typeof value === 'string') return withoutCredentials(value, name)
  if (Array.isArray(value)) return value.map((inner) => masked(inner, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, key)]))
}

/** Names and passwords in front of the host, and the paths of webhooks, which are passwords too. */
function withoutCredentials(text: string, name: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return text
  const { protocol, host, username, password, pathname, search, hash } = new URL(text)
  const who = username === '' && password === '' ? '' : `${MASK}@`
  const isHook = name === 'url' && pathname !== '/'
  const rest = search === '' && hash === '' ? '' : `?${MASK}`
  return `${protocol}//${who}${host}${isHook ? `/${MASK}` : pathname}${rest}`
}

const record = (properties: Readonly<Record<string, unknown>>) => {
  return { type: 'object', properties, required: Object.keys(properties) }
}
const text = (description: string) => ({ type: 'string', description })
const map = (description: string) => ({ type: 'object', additionalProperties: true, description })
const schema = {
  summary: 'What this collector runs with.',
  description: `Effective settings: defaults, file and environment together, with rules and prices as last read. Secrets are \`${MASK}\`. Needs a key that is bound to no tenant.`,
  tags: ['settings'],
  response: {
    200: record({
      startedAt: text('ISO 8601.'),
      versions: map('What is running, by name.'),
      settings: map('As in outrider.yaml, everything filled in.'),
      keys: {
        type: 'array',
        items: record({
          name: text('As in `keys:`.'),
          scopes: { type: 'array', items: { type: 'string' } },
          tenant: { type: ['string', 'null'], description: 'Null: all tenants.' },
          expiresAt: { type: ['string', 'null'], description: 'ISO 8601.' },
        }),
      },
    }),
  },
}
