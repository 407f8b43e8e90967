/**
 * `POST /api/reprice`. Knows the question and the answer; refuses to know what a call costs and how it is stored. Through
 * the collector, because one process owns the data.
 */
import { usdFromNano } from '@outrider/policies'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { instantForm, instantMs } from '../instant.ts'
import { type RepriceParts, reprice } from './reprice.ts'

export interface RepriceRouteParts extends RepriceParts {
  /** Every price table in use. */
  priceVersion(): string
}

const schema = z.strictObject({
  since: z
    .union([z.string(), z.number()], 'is missing, or neither text nor a number')
    .transform((given, context) => {
      const ms = instantMs(String(given))
      if (ms !== undefined) return ms
      context.addIssue({ code: 'custom', message: instantForm })
      return z.NEVER
    })
    .meta({ description: 'Calls that started at or after: ISO 8601 with a zone, or ms since 1970.' }),
  dryRun: z.boolean('is neither true nor false').default(false).meta({ description: 'Tell, and change nothing.' }),
})

export function repriceRoutes({ priceVersion, ...parts }: RepriceRouteParts): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    app.post('/api/reprice', { config: { scope: 'admin' }, schema: repriceSchema }, async (request) => {
      const { since, dryRun } = parse(request.body)
      const { nextMs, looked, changed, beforeNano, afterNano, unpriced } = await reprice(parts, {
        sinceMs: since,
        dryRun,
      })
      return {
        since: new Date(since).toISOString(),
        next: nextMs === null ? null : new Date(nextMs).toISOString(),
        dryRun,
        priceVersion: priceVersion(),
        looked,
        changed,
        beforeUsd: usdFromNano(beforeNano),
        afterUsd: usdFromNano(afterNano),
        unpriced,
      }
    })
  }
}

function parse(body: unknown) {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = (unknown ?? String(issue?.path[0] ?? 'body')).slice(0, 64)
  const why = unknown !== undefined ? 'is not a field' : field === 'body' ? 'is not an object' : issue?.message
  throw new OutriderError('OUT_FIELD_INVALID', `\`${field}\` ${why}.`, { field })
}

const integer = (description: string) => ({ type: 'integer', description })
const usd = (description: string) => ({ type: 'number', description })

const repriceSchema = {
  summary: "Prices stored calls again with today's price table and configuration.",
  description:
    'Costs that a library reported stay. One answer takes about 20 s: where `next` is set, ask again with it as `since`. Asking twice changes nothing more.',
  tags: ['spend'],
  body: {
    ...z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' }),
    example: { since: '2026-11-01T00:00:00Z', dryRun: true },
  },
  response: {
    200: {
      type: 'object',
      properties: {
        since: { type: 'string' },
        next: { type: ['string', 'null'], description: 'Where to go on; null when all is done.' },
        dryRun: { type: 'boolean' },
        priceVersion: { type: 'string', description: 'Price tables in use.' },
        looked: integer('Calls that were looked at: with tokens and without a reported cost.'),
        changed: integer('Calls whose price is (or with `dryRun` would be) another.'),
        beforeUsd: usd('Money of the counted ones, before.'),
        afterUsd: usd('After.'),
        unpriced: {
          type: 'array',
          description: 'Counted calls that stay without a price: `{provider, model, calls}`.',
          items: { type: 'object' },
        },
      },
    },
  },
}
