/**
 * The API that pages, the command line and dashboards read. Knows the wire: parameters, JSON, server-sent events. Refuses
 * to know how runs are stored, who may ask (the tenant is handed in) and what a page looks like.
 */
import { fastifySSE } from '@fastify/sse'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { OutriderError } from '../errors.ts'
import type { Span, SpanLog } from '../span.ts'
import { AMENDABLE, type Change, type Store, type StoredRun } from '../store/store.ts'
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
  /** Lineage over a whole run: what spans have from others that arrived later than they did, priced. */
  inherit(spans: readonly Span[]): readonly Span[]
  /** Hears which stored spans are otherwise, now that the whole run is at hand; resolves when that is stored. */
  correct(changes: readonly StoredChange[]): Promise<unknown>
  /** What was decided in the run, oldest first: JSON objects. */
  decisions(tenant: string | null, traceId: string, spans: readonly Span[]): Promise<readonly unknown[]>
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
        const tenant = parts.tenantOf(request)
        const read = async (of: string | null): Promise<StoredRun> => {
          const run = await parts.store.run(of, traceId)
          if (run !== null) return run
          throw new OutriderError('OUT_RUN_UNKNOWN', `No run ${traceId} is stored.`, { field: 'traceId' })
        }
        let stored = await read(tenant)
        let { spans, changes } = resolved(stored)
        if (changes.length > 0) {
          // told after its trace was forgotten: the sums are made again, from all of it, whoever may see which part
          if (tenant !== null) changes = resolved(await read(null)).changes
          if (changes.length > 0) await parts.correct(changes)
          stored = await read(tenant)
          spans = tenant === null ? resolved(stored).spans : parts.attachLogs(stored.spans, stored.logs)
        }
        const decisions = await parts.decisions(tenant, traceId, spans)
        reply.type('application/json; charset=utf-8')
        const alerts = (await parts.alertsOf?.(tenant, traceId)) ?? []
        return runAnswer(stored.run, inTimeOrder(spans), stored.scores, { decisions, alerts })
      },
    )

    function resolved({ run, spans: given, logs }: StoredRun) {
      const told = parts.attachLogs(given, logs)
      const spans = parts.inherit(told)
      // of a part of a run nothing is concluded about the whole
      return { spans, changes: given.length < run.spanCount ? [] : changesOf(given, told, spans) }
    }

    const streamed = { config, schema: liveSchema, sse: 'manual', exposeHeadRoute: false } as const
    app.get('/api/runs/live', streamed, async (request, reply) => {
      const tenant = parts.tenantOf(request)
      await answerLive(reply, (listener) => parts.live.subscribe(tenant, listener), stop.signal, live)
    })
  }
}

interface StoredChange extends Change {
  /** The span before the change. */
  readonly stored: Span
}

/** What lineage makes another of: three times the same spans in the same order, as stored, with logs, with lineage. */
function changesOf(stored: readonly Span[], told: readonly Span[], now: readonly Span[]): readonly StoredChange[] {
  return now.flatMap((span, at) => {
    const before = told[at]!
    if (span === before) return []
    const different = AMENDABLE.filter((field) => span[field] !== before[field] && field !== 'said')
    if (different.length === 0) return []
    const fields = Object.fromEntries([...different, 'said' as const].map((field) => [field, span[field]]))
    const { tenantId: tenant, traceId, spanId } = stored[at]!
    return [{ tenant, traceId, spanId, fields, stored: stored[at]! }]
  })
}

function parseTraceId(given: string): string {
  if (/^[0-9a-f]{32}$/i.test(given)) return given.toLowerCase()
  throw new OutriderError('OUT_TRACE_ID_INVALID', 'This is not a trace ID.', { field: 'traceId' })
}
