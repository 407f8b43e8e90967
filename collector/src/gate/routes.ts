/**
 * The gate: "may this call happen?", before money is spent. Knows bodies, bounds and answers; refuses to know how rules
 * judge (`@outrider/policies`), where money is kept (the ledger) and what a token costs (the prices are handed in).
 */
import { fastifySSE } from '@fastify/sse'
import type { Verdict } from '@outrider/policies'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { OutriderError } from '../errors.ts'
import { type Check, parseCheck, parseRelease, parseSettle } from './body.ts'
import { checkSchema, releaseSchema, settleSchema, streamSchema } from './documentation.ts'
import type { Settler } from './settle.ts'
import type { Stream } from './stream.ts'

export interface GateRouteParts {
  check(asked: Check, tenant: string | null): Promise<Verdict>
  readonly settler: Settler
  readonly stream: Stream
  /** The tenant that the caller's key is bound to. */
  tenantOf(request: FastifyRequest): string | null
  /** Hears every answer to a check. */
  answered(verdict: Verdict, seconds: number): void
}

export interface GateRouteSettings {
  /** A comment so often keeps proxies from closing a quiet stream. @default 15_000 */
  readonly heartbeatMs?: number
}

export function gateRoutes(
  parts: GateRouteParts,
  { heartbeatMs = 15_000 }: GateRouteSettings = {},
): FastifyPluginAsync {
  const { settler, stream, tenantOf } = parts
  return async (app) => {
    const stop = new AbortController()
    app.addHook('preClose', async () => stop.abort())
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    await app.register(fastifySSE, { heartbeatInterval: heartbeatMs })
    // the schemas document; bodies are parsed by body.ts
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const config = { scope: 'gate' } as const

    app.post('/v1/gate/check', { config, schema: checkSchema }, async (request) => {
      const started = performance.now()
      const asked = parseCheck(request.body)
      const verdict = await parts.check(asked, tenantOf(request)).catch(refusedUnlessKnown)
      parts.answered(verdict, (performance.now() - started) / 1000)
      return verdict
    })
    app.post('/v1/gate/settle', { config, schema: settleSchema }, (request) => {
      return settler.settle(parseSettle(request.body), tenantOf(request))
    })
    app.post('/v1/gate/release', { config, schema: releaseSchema }, (request) => {
      return settler.release(parseRelease(request.body).holdId, tenantOf(request))
    })
    const streamed = { config, schema: streamSchema, sse: 'manual', exposeHeadRoute: false } as const
    app.get('/v1/gate/stream', streamed, async (request, reply) => {
      const last = request.headers['last-event-id']
      await stream.answer(reply, tenantOf(request), typeof last === 'string' ? last : undefined, stop.signal)
    })
  }
}

/** A ledger that can not write grants nothing; that is an answer, not a failure. */
function refusedUnlessKnown(cause: unknown): Verdict {
  if (!(cause instanceof OutriderError) || cause.code !== 'OUT_LEDGER_UNAVAILABLE') throw cause
  const reason = {
    rule: 'ledger',
    code: 'LEDGER_UNAVAILABLE',
    message: cause.message,
    retryable: true,
  } as const
  return { decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null, reasons: [reason] }
}
