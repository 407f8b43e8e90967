/** `GET /api/alerts`, and silences: who has seen what, until when, and why. */
import { explainedBy, type Maintenance, mutedBy, type OpenAlert } from '@outrider/alerts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Alert, alertJson, alertText } from '../alert.ts'
import { OutriderError } from '../errors.ts'
import { instantForm, instantMs } from '../instant.ts'
import type { AlertStore } from '../store/sample-store.ts'
import type { Memory } from './memory.ts'

export interface AlertRouteParts {
  readonly store: AlertStore
  readonly memory: Pick<Memory, 'silences' | 'addSilence' | 'removeSilence'>
  readonly maintenance: readonly Maintenance[]
  /** The tenant that the caller's key is bound to, which sees its own alerts; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
  readonly open: () => readonly OpenAlert[]
  readonly evaluatedMs: () => number | null
  /** Sends a test to a route. `false`: there is none of this name. */
  readonly test: (route: string) => Promise<boolean>
  /** What became of notices. */
  readonly deliveries: () => readonly unknown[]
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

const DAY_MS = 86_400_000
const MAX_SILENCE_MINUTES = 90 * 1440

const silenceSchema = z.strictObject({
  match: z.record(z.string().min(1).max(128), z.string().max(512)).refine((match) => Object.keys(match).length > 0, {
    message: 'needs at least one label: a silence of everything is no silence',
  }),
  minutes: z.number().positive().max(MAX_SILENCE_MINUTES),
  by: z.string().min(1).max(256),
  reason: z.string().min(1).max(1024),
})

export function alertRoutes(parts: AlertRouteParts): FastifyPluginAsync {
  const { store, memory, maintenance, open, deliveries, test, now = Date.now } = parts
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))

    app.get('/api/alerts', { config: { scope: 'read' }, schema: alertsSchema }, async (request) => {
      const { from, limit } = parseQuery(request.query, now())
      const mutes = { silences: memory.silences(), maintenance }
      const tenant = parts.tenantOf(request)
      const evaluatedMs = parts.evaluatedMs()
      const firing = open().filter(({ state }) => state === 'firing')
      const isOf = ({ labels }: Pick<Alert, 'labels'>) => tenant === null || labels.tenant === tenant
      const recent = (await store.alerts({ fromMs: from, limit })).map(({ body }) => JSON.parse(body) as Alert)
      return {
        evaluatedAt: evaluatedMs === null ? null : new Date(evaluatedMs).toISOString(),
        open: open()
          .filter(isOf)
          .map((alert) => ({
            ...openJson(alert),
            mutedBy: mutedBy(alert, mutes, now()) ?? explainedBy(alert, firing),
          })),
        recent: recent.filter(isOf).map(alertJson),
        silences: tenant === null ? mutes.silences.filter(({ endsMs }) => endsMs > now()).map(silenceJson) : [],
        deliveries: tenant === null ? deliveries() : [],
      }
    })

    app.post('/api/alerts/test', { config: { scope: 'admin' }, schema: testSchema }, async (request) => {
      const { route } = (request.body ?? {}) as { route?: unknown }
      if (typeof route !== 'string')
        throw new OutriderError('OUT_FIELD_INVALID', 'route is no name.', { field: 'route' })
      let known: boolean
      try {
        known = await test(route)
      } catch (cause) {
        return { delivered: false, why: cause instanceof Error ? cause.message : 'It failed.' }
      }
      if (!known) throw new OutriderError('OUT_FIELD_INVALID', `There is no route ${route}.`, { field: 'route' })
      return { delivered: true }
    })

    app.post('/api/silences', { config: { scope: 'admin' }, schema: silencesSchema }, async (request, reply) => {
      const parsed = silenceSchema.safeParse(request.body)
      if (!parsed.success) {
        const [issue] = parsed.error.issues
        throw new OutriderError('OUT_FIELD_INVALID', `${issue?.path.join('.')}: ${issue?.message}`, {
          field: issue?.path.join('.') ?? '',
        })
      }
      const { match, minutes, by, reason } = parsed.data
      const silence = memory.addSilence({ match, by, reason, startsMs: now(), endsMs: now() + minutes * 60_000 })
      return reply.code(201).send(silenceJson(silence))
    })

    app.delete<{ Params: { id: string } }>(
      '/api/silences/:id',
      { config: { scope: 'admin' }, schema: { summary: 'Ends a silence.', tags: ['alerts'] } },
      async (request, reply) => {
        if (memory.removeSilence(request.params.id)) return reply.code(204).send()
        throw new OutriderError('OUT_SILENCE_UNKNOWN', 'There is no silence of this id.', { field: 'id' })
      },
    )
  }
}

function parseQuery(query: unknown, nowMs: number): { from: number; limit: number } {
  const { from, limit } = (query ?? {}) as Record<string, unknown>
  const fromMs = from === undefined ? nowMs - 7 * DAY_MS : typeof from === 'string' ? instantMs(from) : undefined
  if (fromMs === undefined) throw new OutriderError('OUT_QUERY_INVALID', `from ${instantForm}.`, { field: 'from' })
  const rows = limit === undefined ? 200 : Number(limit)
  if (!Number.isInteger(rows) || rows < 1 || rows > 1000)
    throw new OutriderError('OUT_QUERY_INVALID', 'limit is no whole number from 1 to 1000.', { field: 'limit' })
  return { from: fromMs, limit: rows }
}

function openJson({ state, ...alert }: OpenAlert) {
  const told = { ...alert, event: 'fired' as const }
  const { event: _event, ...json } = alertJson({ ...told, text: alertText(told), examples: [], changes: [] })
  return { state, ...json }
}

const silenceJson = ({ startsMs, endsMs, ...silence }: ReturnType<Memory['silences']>[number]) => ({
  ...silence,
  starts: new Date(startsMs).toISOString(),
  ends: new Date(endsMs).toISOString(),
})

const alertsSchema = {
  summary: 'Alerts: those that are open, and what happened lately.',
  description: 'Recent events are newest first; `from` (default: seven days ago) and `limit` (default 200) bound them.',
  tags: ['alerts'],
  querystring: {
    type: 'object',
    properties: {
      from: { type: 'string', format: 'date-time' },
      limit: { type: 'integer', minimum: 1, maximum: 1000 },
    },
  },
}
const testSchema = {
  summary: 'Sends a test to a route of `alerts.notify`, at once.',
  tags: ['alerts'],
}
const silencesSchema = {
  summary: 'Keeps alerts quiet: they are still found and shown.',
  description: '`match` is of labels, `rule`, `metric` or `severity`; `*` at the end of a value stands for anything.',
  tags: ['alerts'],
}
