/**
 * The API that pages, the command line and dashboards read. Knows the wire: parameters, JSON, server-sent events. Refuses
 * to know how runs are stored, who may ask (the tenant is handed in) and what a page looks like.
 */
import { fastifySSE } from '@fastify/sse'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { OutriderError } from '../errors.ts'
import type { Span, SpanLog } from '../span.ts'
import type { Change, Store, StoredRun } from '../store/store.ts'
import { liveSchema, runSchema, runsSchema } from './documentation.ts'
import { runJson } from './json.ts'
import { answerLive, type LiveSettings, liveDefaults } from './live-answer.ts'
import { runAnswer } from './run-answer.ts'
import { parseRunQuery } from './run-query.ts'
import { inTimeOrder } from './time-order.ts'

export interface ReadParts {
  readonly store: Store
  /** The tenant that the caller's key is bound to; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
  readonly live: {
    /** Hears the trace IDs that changed, of one tenant or (`null`) of all. Returns the way to stop. */
    subscribe(tenant: string | null, listener: (traceIds: readonly string[]) => void): () => void
  }
  /** Lineage over a whole run: what spans take from ancestors that arrived later than they did. */
  inherit(spans: readonly Span[]): readonly Span[]
  /** Hears which stored spans count otherwise, now that the whole run is at hand; resolves when that is stored. */
  correct(changes: readonly Change[]): Promise<unknown>
  /** Content and events that came as log records, put onto their spans. */
  attachLogs(spans: readonly Span[], logs: readonly SpanLog[]): readonly Span[]
  /** Alerts that name this run, as JSON values. @default none */
  alertsOf?(tenant: string | null, traceId: string): Promise<readonly object[]>
}

export interface ReadSettings extends LiveSettings {
  /** A comment so often keeps proxies from closing a quiet stream. @default 15_000 */
  readonly heartbeatMs: number
}

export function readRoutes(parts: ReadParts, settings: Partial<ReadSettings> = {}): FastifyPluginAsync {
  const { heartbeatMs = 15_000, ...live } = { ...liveDefaults, ...settings }
  return async (app) => {
    const stop = new AbortController()
    app.addHook('preClose', async () => stop.abort())
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    await app.register(fastifySSE, { heartbeatInterval: heartbeatMs })
    // the schemas document; parameters are parsed by `parseRunQuery` and `parseTraceId`, answers are made by json.ts
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const config = { scope: 'read' } as const

    app.get('/api/runs', { config, schema: runsSchema }, async (request) => {
      const { runs, next } = await parts.store.runs(parts.tenantOf(request), parseRunQuery(request.query))
      return { runs: runs.map(runJson), next }
    })

    app.get<{ Params: { traceId: string } }>(
      '/api/runs/:traceId',
      { config, schema: runSchema },
      async (request, reply) => {
        const traceId = parseTraceId(request.params.traceId)
        const read = async (): Promise<StoredRun> => {
          const stored = await parts.store.run(parts.tenantOf(request), traceId)
          if (stored !== null) return stored
          throw new OutriderError('OUT_RUN_UNKNOWN', `No run ${traceId} is stored.`, { field: 'traceId' })
        }
        let stored = await read()
        let spans = parts.inherit(parts.attachLogs(stored.spans, stored.logs))
        const changes = changesOf(stored.spans, spans)
        if (changes.length > 0) {
          // told across a restart, or after its trace was forgotten: the sums are made again from what is known now
          await parts.correct(changes)
          stored = await read()
          spans = parts.inherit(parts.attachLogs(stored.spans, stored.logs))
        }
        reply.type('application/json; charset=utf-8')
        const alerts = (await parts.alertsOf?.(parts.tenantOf(request), traceId)) ?? []
        return runAnswer(stored.run, inTimeOrder(spans), stored.scores, alerts)
      },
    )

    const streamed = { config, schema: liveSchema, sse: 'manual', exposeHeadRoute: false } as const
    app.get('/api/runs/live', streamed, async (request, reply) => {
      const tenant = parts.tenantOf(request)
      await answerLive(reply, (listener) => parts.live.subscribe(tenant, listener), stop.signal, live)
    })
  }
}

/** Spans whose `counted` is another than what is stored. `resolved` is `stored` in the same order. */
function changesOf(stored: readonly Span[], resolved: readonly Span[]): readonly Change[] {
  return resolved.flatMap(({ tenantId: tenant, traceId, spanId, counted }, at) => {
    return stored[at]?.counted === counted ? [] : [{ tenant: stored[at]?.tenantId ?? tenant, traceId, spanId, counted }]
  })
}

function parseTraceId(given: string): string {
  if (/^[0-9a-f]{32}$/i.test(given)) return given.toLowerCase()
  throw new OutriderError('OUT_TRACE_ID_INVALID', 'This is not a trace ID.', { field: 'traceId' })
}
