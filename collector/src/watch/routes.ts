/** `GET /api/alerts`, and silences: who has seen what, until when, and why. */
import { isWithin, type Maintenance, mutedBy } from '@outrider/alerts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Alert, alertJson, storedAlert } from '../alert.ts'
import { OutriderError } from '../errors.ts'
import { instantForm, instantMs } from '../instant.ts'
import type { AlertStore, StoredSilence } from '../store/sample-store.ts'
import { incidentView } from './incident-view.ts'
import type { OpenNow } from './lead.ts'
import type { Silences } from './silences.ts'

export interface AlertRouteParts {
  readonly store: AlertStore
  readonly silences: Silences
  readonly maintenance: readonly Maintenance[]
  /** The tenant that the caller's key is bound to, which sees its own alerts; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
  readonly open: () => Promise<readonly OpenNow[]>
  readonly evaluatedMs: () => number | null
  /** What became of notices. */
  readonly deliveries: () => readonly Delivery[]
  readonly now: () => number
}

interface Delivery {
  readonly takenMs: number | null
}

const DAY_MS = 86_400_000
const MAX_SILENCE_MINUTES = 90 * 1440

const instant = z.string().transform((text, context) => {
  const ms = instantMs(text)
  if (ms === undefined) context.addIssue({ code: 'custom', message: instantForm })
  return ms ?? 0
})
const silenceSchema = z
  .strictObject({
    match: z.record(z.string().min(1).max(128), z.string().max(512)).refine((match) => Object.keys(match).length > 0, {
      message: 'needs at least one label: a silence of everything is no silence',
    }),
    minutes: z.number().positive().max(MAX_SILENCE_MINUTES).optional(),
    starts: instant.optional(),
    ends: instant.optional(),
    by: z.string().min(1).max(256),
    reason: z.string().min(1).max(1024),
  })
  .refine(({ minutes, ends }) => (minutes === undefined) !== (ends === undefined), {
    path: ['minutes'],
    message: 'give either `minutes` or `ends`',
  })
const endSchema = z.strictObject({ by: z.string().min(1).max(256).optional() })

export function alertRoutes(parts: AlertRouteParts): FastifyPluginAsync {
  const { store, silences, maintenance, deliveries, now } = parts
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))

    app.get('/api/alerts', { config: { scope: 'read' }, schema: alertsSchema }, async (request) => {
      const { agent, ...query } = parseQuery(request.query, now())
      const tenant = parts.tenantOf(request)
      const mutes = { silences: silences.current(), maintenance }
      const evaluatedMs = parts.evaluatedMs()
      const open = await parts.open()
      const isSeen = ({ labels }: Pick<Alert, 'labels'>) => tenant === null || labels.tenant === tenant
      const isOf = (alert: Pick<Alert, 'labels'>) =>
        isSeen(alert) && (agent === undefined || alert.labels.agent === agent)
      const stored = await store.alerts({ ...query, ...(agent === undefined ? {} : { agent }) })
      const recent = stored.map(({ body }) => storedAlert(body))
      const isWanted = ({ rule }: OpenNow) => query.rule === undefined || rule === query.rule
      return {
        evaluatedAt: evaluatedMs === null ? null : iso(evaluatedMs),
        open: open
          .filter((alert) => isOf(alert) && isWanted(alert))
          .map((alert) => {
            const { spokenForBy, ...incident } = incidentView(alert, open, isSeen)
            return { ...openJson(alert), ...incident, mutedBy: mutedBy(alert, mutes, now()) ?? spokenForBy }
          }),
        recent: recent.filter(isOf).map(alertJson),
        silences: tenant === null ? mutes.silences.map((silence) => silenceJson(silence, now())) : [],
        maintenance: tenant === null ? maintenance.map((hours) => maintenanceJson(hours, now())) : [],
        deliveries: tenant === null ? deliveries().map(deliveryJson) : [],
      }
    })

    app.get('/api/silences', { config: { scope: 'read' }, schema: silenceListSchema }, async (request) => {
      if (parts.tenantOf(request) !== null) return { silences: [] }
      const { all } = (request.query ?? {}) as { all?: unknown }
      const given = all === 'true' ? await silences.all() : silences.current()
      return { silences: given.map((silence) => silenceJson(silence, now())) }
    })

    app.post('/api/silences', { config: { scope: 'admin' }, schema: silencesSchema }, async (request, reply) => {
      const { match, minutes, by, reason, starts, ends } = parsed(silenceSchema, request.body)
      const startsMs = starts ?? now()
      const endsMs = ends ?? startsMs + (minutes ?? 0) * 60_000
      if (endsMs <= now() || endsMs <= startsMs || endsMs - startsMs > MAX_SILENCE_MINUTES * 60_000)
        throw refusal('ends', 'is over, before its start, or more than 90 days after it')
      const silence = await silences.add({ match, by, reason, startsMs, endsMs })
      return reply.code(201).send(silenceJson(silence, now()))
    })

    app.delete<{ Params: { id: string } }>(
      '/api/silences/:id',
      { config: { scope: 'admin' }, schema: { summary: 'Ends a silence; it is kept.', tags: ['alerts'] } },
      async (request, reply) => {
        const { by = request.caller?.name ?? 'someone' } = parsed(endSchema, request.body ?? {})
        if (await silences.end(request.params.id, by)) return reply.code(204).send()
        throw new OutriderError('OUT_SILENCE_UNKNOWN', 'There is no silence of this id.', { field: 'id' })
      },
    )
  }
}

const refusal = (field: string, why: string) => new OutriderError('OUT_FIELD_INVALID', `${field}: ${why}`, { field })

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw refusal(issue?.path.join('.') ?? 'body', issue?.message ?? 'is wrong')
}

interface Query {
  readonly fromMs: number
  readonly toMs?: number
  readonly limit: number
  readonly agent?: string
  readonly rule?: string
  readonly traceId?: string
}

function parseQuery(query: unknown, nowMs: number): Query {
  const { from, to, limit, agent, rule, trace } = (query ?? {}) as Record<string, unknown>
  const invalid = (field: string, why: string) => new OutriderError('OUT_QUERY_INVALID', `${field} ${why}.`, { field })
  const time = (field: string, value: unknown) => {
    const ms = typeof value === 'string' ? instantMs(value) : undefined
    if (ms === undefined) throw invalid(field, instantForm)
    return ms
  }
  for (const [field, value] of Object.entries({ agent, rule, trace }))
    if (value !== undefined && typeof value !== 'string') throw invalid(field, 'is given twice')
  const rows = limit === undefined ? 200 : Number(limit)
  if (!Number.isInteger(rows) || rows < 1 || rows > 1000) throw invalid('limit', 'is no whole number from 1 to 1000')
  return {
    fromMs: from === undefined ? nowMs - 7 * DAY_MS : time('from', from),
    ...(to === undefined ? {} : { toMs: time('to', to) }),
    limit: rows,
    ...(agent === undefined ? {} : { agent: agent as string }),
    ...(rule === undefined ? {} : { rule: rule as string }),
    ...(trace === undefined ? {} : { traceId: trace as string }),
  }
}

const openJson = ({ state, settling: _settling, ...open }: OpenNow) => ({
  state,
  ...alertJson({ ...open, event: 'fired' }),
})

const iso = (ms: number): string => new Date(ms).toISOString()

const silenceJson = ({ startsMs, endsMs, ...silence }: StoredSilence, nowMs: number) => ({
  ...silence,
  starts: iso(startsMs),
  ends: iso(endsMs),
  state: endsMs <= nowMs ? 'ended' : startsMs > nowMs ? 'pending' : 'active',
})

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

const maintenanceJson = (hours: Maintenance, nowMs: number) => ({
  name: hours.name,
  match: hours.match,
  days: hours.days.map((day) => DAYS[day]),
  from: clock(hours.fromMinute),
  to: clock(hours.toMinute),
  active: isWithin(hours, nowMs),
})
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const deliveryJson = ({ takenMs, ...delivery }: Delivery) => ({
  ...delivery,
  takenAt: takenMs === null ? null : iso(takenMs),
})

const alertsSchema = {
  summary: 'Alerts: those that are open, and what happened lately.',
  description: 'Recent events are newest first; `from` (default: seven days ago) and `limit` (default 200) bound them.',
  tags: ['alerts'],
  querystring: {
    type: 'object',
    properties: {
      from: { type: 'string', format: 'date-time' },
      to: { type: 'string', format: 'date-time' },
      agent: { type: 'string', description: 'Alerts of this agent.' },
      rule: { type: 'string', description: 'Alerts of this rule.' },
      trace: { type: 'string', description: 'Events that name this run as an example.' },
      limit: { type: 'integer', minimum: 1, maximum: 1000 },
    },
  },
}
const silencesSchema = {
  summary: 'Keeps alerts quiet: they are still found and shown.',
  description: '`match` is of labels, `rule`, `metric` or `severity`; `*` at the end of a value stands for anything.',
  tags: ['alerts'],
}
const silenceListSchema = {
  summary: 'Silences that have not ended; with `all=true` also those that have, and who ended them.',
  tags: ['alerts'],
  querystring: { type: 'object', properties: { all: { type: 'boolean' } } },
}
