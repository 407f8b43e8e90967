/**
 * The HTTP shell: who may enter, what a failure looks like, and the routes that belong to no room. Knows scopes and
 * errors; refuses to know spans, runs or the store.
 */
import fastifySwagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { OutriderError } from './errors.ts'
import type { Caller, Keyring, Scope } from './keys.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must carry to enter; `public` needs none. A route without it does not start. */
    scope?: Scope | 'public'
  }
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

export interface HttpParts {
  readonly keyring: Keyring
  readonly log: FastifyBaseLogger
  /** Rejects while the collector cannot store. */
  ready(): Promise<void>
  metrics(): Promise<string>
  /** Names by which a collector without keys may be reached, besides loopback. */
  readonly allowedHosts: readonly string[]
  /** Decoded bytes of a body outside the telemetry routes. */
  readonly bodyBytes: number
}

export function createHttp(parts: HttpParts): FastifyInstance {
  const app = Fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: Math.min(parts.bodyBytes, 4 << 20),
    // a slow or silent client must not hold a socket for ever; a batch waits for the store far less than this
    requestTimeout: 120_000,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
  })
  app.decorateRequest('caller', undefined)
  const patterns = guardRoutes(app, parts)
  app.setErrorHandler((error, request, reply) => {
    const known = translate(error)
    if (known.code === 'OUT_INTERNAL') request.log.error({ err: error }, 'request failed')
    if (known.retryAfter !== undefined) reply.header('retry-after', String(known.retryAfter))
    return reply.code(known.status).send(known.toJSON())
  })
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0] ?? ''
    const methods = patterns.methodsOf(path)
    if (methods.length === 0 || methods.includes(request.method))
      throw new OutriderError('OUT_ROUTE_UNKNOWN', `There is nothing at ${clip(path)}.`)
    const message = `${clip(path)} takes ${methods.join(', ')}, not ${request.method}.`
    throw new OutriderError('OUT_METHOD_UNKNOWN', message, { field: 'method' })
  })
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Outrider collector', version: '0.1.0', license: { name: 'Apache-2.0' } },
    },
  })
  app.register(async (plain) => {
    const open = { config: { scope: 'public' } } as const
    plain.get('/livez', { ...open, schema: { summary: 'The process turns.' } }, () => ({ status: 'live' }))
    plain.get('/readyz', { ...open, schema: { summary: 'Migrated, and the store answers.' } }, async () => {
      await parts.ready()
      return { status: 'ready' }
    })
    const read = { config: { scope: 'read' } } as const
    plain.get('/metrics', { ...read, schema: { summary: 'Prometheus text.' } }, async (_request, reply) => {
      reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      return parts.metrics()
    })
    plain.get('/docs', { ...read, schema: { summary: 'This API as OpenAPI 3.1.' } }, () => app.swagger())
  })
  return app
}

/** Every route declares its scope; every request proves it before its body is read. */
function guardRoutes(app: FastifyInstance, { keyring, allowedHosts }: HttpParts) {
  const patterns: { readonly method: string; readonly parts: readonly string[] }[] = []
  app.addHook('onRoute', (route) => {
    if (route.config?.scope === undefined) throw new Error(`route ${route.method} ${route.url} declares no scope`)
    for (const method of [route.method].flat()) patterns.push({ method, parts: route.url.split('/') })
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    if (keyring.open) refuseStrangers(request, allowedHosts)
    const scope = request.routeOptions.config.scope
    if (scope !== undefined && scope !== 'public') request.caller = keyring.authorize(request.headers, scope)
  })
  return {
    methodsOf(path: string): string[] {
      const given = path.split('/')
      const fits = (parts: readonly string[]) => {
        return parts.length === given.length && parts.every((part, i) => part.startsWith(':') || part === given[i])
      }
      const methods = patterns
        .filter(({ method, parts }) => method !== 'HEAD' && fits(parts))
        .map(({ method }) => method)
      return [...new Set(methods)]
    },
  }
}

/**
 * Without keys, reaching the port is all it takes, so a web page must not: the Host must be one of ours (DNS rebinding),
 * and what changes something must not come from another origin (request forgery).
 */
function refuseStrangers(request: FastifyRequest, allowedHosts: readonly string[]): void {
  const host = hostName(request.headers.host ?? '')
  if (!isLoopback(host) && !allowedHosts.includes(host)) {
    throw new OutriderError('OUT_HOST_REFUSED', `This collector does not answer to the host '${clip(host)}'.`, {
      field: 'host',
    })
  }
  const { origin } = request.headers
  if (origin === undefined || request.method === 'GET' || request.method === 'HEAD') return
  if (origin !== `http://${request.headers.host}`) {
    throw new OutriderError('OUT_HOST_REFUSED', 'Pages of another origin may not send here.', { field: 'origin' })
  }
}

const hostName = (host: string): string => {
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':')[0] ?? '').toLowerCase()
}

/** True for `localhost`, 127.0.0.0/8 and ::1. */
export const isLoopback = (host: string): boolean => {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function translate(error: unknown): OutriderError {
  if (error instanceof OutriderError) return error
  const { code, message, validation } = error as { code?: string; message?: string; validation?: unknown }
  if (validation !== undefined) return new OutriderError('OUT_FIELD_INVALID', message ?? 'invalid request')
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new OutriderError('OUT_BODY_TOO_LARGE', 'The body is larger than this route takes.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new OutriderError('OUT_TYPE_UNKNOWN', 'This content type is not taken here.', { field: 'content-type' })
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new OutriderError('OUT_BODY_UNREADABLE', 'The body is not valid JSON.')
    default:
      return new OutriderError('OUT_INTERNAL', 'The request failed inside the collector.', { cause: error })
  }
}

const clip = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)
