/**
 * `/api/guards`: what guards found, and what people say of it. Knows parameters and JSON; refuses to know how findings are
 * stored and who asks (the tenant is handed in).
 */
import { ACTIONS, GUARDS } from '@outrider/policies/guards'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { fieldRefusal } from '../field-refusal.ts'
import { instantForm, instantMs } from '../instant.ts'
import {
  type FindingQuery,
  type FindingStore,
  MARKS,
  type Mark,
  type RuleRate,
  type StoredFinding,
} from '../store/finding-store.ts'
import { wilson } from '../wilson.ts'
import { findingSchema, guardsSchema, verdictSchema } from './finding-documentation.ts'

export interface FindingRouteParts {
  readonly store: FindingStore
  /** The tenant that the caller's key is bound to; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
  /** What of a text may be kept. */
  redact(text: string): string | null
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

const WEEK_MS = 7 * 86_400_000

const instant = z.string().transform((given, context) => {
  const ms = instantMs(given)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: instantForm })
  return z.NEVER
})
const word = z.string().min(1, 'is empty; leave it out').max(1024, 'is longer than 1024 characters')
const among = <T extends readonly string[]>(words: T) => z.enum(words, `is none of ${words.join(', ')}`)
const querySchema = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  guard: among(GUARDS).optional(),
  rule: word.optional(),
  type: word.optional(),
  agent: word.optional(),
  workflow: word.optional(),
  action: among(ACTIONS).optional(),
  direction: among(['input', 'output', 'tool']).optional(),
  trace: z
    .string()
    .regex(/^[0-9a-f]{32}$/i, 'is no trace ID: 32 hexadecimal digits')
    .toLowerCase()
    .optional(),
  verdict: among(['right', 'false_alarm', 'open']).optional(),
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, 'is not a whole number from 1 to 500')
    .transform(Number)
    .pipe(z.number().min(1, 'is below 1').max(500, 'is above 500'))
    .default(50),
  cursor: z.string().optional(),
})
const bodySchema = z.strictObject({
  verdict: among(MARKS),
  by: z.string('is not a text').min(1, 'is empty').max(256, 'is longer than 256 characters'),
  reason: z.string('is not a text').max(1024, 'is longer than 1024 characters').optional(),
})

export function findingRoutes({ store, tenantOf, redact, now = Date.now }: FindingRouteParts): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    // the schemas document; what comes in is parsed here
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))

    app.get('/api/guards', { config: { scope: 'read' }, schema: guardsSchema }, async (request) => {
      const page = await store.findings(tenantOf(request), queryOf(request.query, now()))
      return { findings: page.findings.map(findingJson), next: page.next, rules: page.rules.map(rateJson) }
    })

    app.get<{ Params: { id: string } }>(
      '/api/guards/:id',
      { config: { scope: 'read' }, schema: findingSchema },
      async (request) => {
        const { finding, marks } = await one(tenantOf(request), request.params.id)
        return { finding: findingJson(finding), verdicts: marks.map(markJson) }
      },
    )

    app.post<{ Params: { id: string } }>(
      '/api/guards/:id/verdict',
      { config: { scope: 'admin' }, schema: verdictSchema },
      async (request) => {
        const parsed = bodySchema.safeParse(request.body)
        if (!parsed.success) throw fieldRefusal(parsed.error, request.body)
        const { verdict, by, reason = '' } = parsed.data
        const tenant = tenantOf(request)
        const { finding } = await one(tenant, request.params.id)
        await store.mark(finding, { verdict, by, reason: redact(reason) ?? '', timeMs: now() })
        return findingJson((await one(tenant, finding.id)).finding)
      },
    )

    async function one(tenant: string | null, id: string) {
      const found = /^[0-9a-f]{32}$/.test(id) ? await store.finding(tenant, id) : null
      if (found === null)
        throw new OutriderError('OUT_FINDING_UNKNOWN', 'There is no finding of this ID.', { field: 'id' })
      return found
    }
  }
}

function queryOf(given: unknown, nowMs: number): FindingQuery {
  const parsed = querySchema.safeParse(given)
  if (!parsed.success) {
    const { field, message } = fieldRefusal(parsed.error, given)
    throw new OutriderError('OUT_QUERY_INVALID', message, field === undefined ? {} : { field })
  }
  const { from = nowMs - WEEK_MS, to = nowMs + 86_400_000, ...rest } = parsed.data
  if (from > to) throw new OutriderError('OUT_QUERY_INVALID', '`from` is later than `to`.', { field: 'from' })
  const filters = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { ...(filters as Omit<FindingQuery, 'fromMs' | 'toMs'>), fromMs: Math.max(0, from), toMs: to }
}

function findingJson({ timeMs, mark, ...finding }: StoredFinding) {
  return { ...finding, time: new Date(timeMs).toISOString(), verdict: mark === null ? null : markJson(mark) }
}

const markJson = ({ timeMs, ...mark }: Mark) => ({ ...mark, time: new Date(timeMs).toISOString() })

/** Of those that people judged, how many were no findings. */
function rateJson({ lastMs, ...rate }: RuleRate) {
  const marked = rate.falseAlarms + rate.right
  const range = wilson(rate.falseAlarms, marked)
  return {
    ...rate,
    falseRate: marked === 0 ? null : rate.falseAlarms / marked,
    low: range?.low ?? null,
    high: range?.high ?? null,
    last: new Date(lastMs).toISOString(),
  }
}
