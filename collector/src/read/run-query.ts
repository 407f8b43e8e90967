/** The query string of `GET /api/runs`, parsed at the edge: one description for the check, the types and the documentation. */
import { nanoFromUsd } from '@outrider/policies'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { STATUSES } from '../span.ts'
import type { RunQuery } from '../store/store.ts'
import { instant, refusal, text } from './parameter.ts'

const schema = z.strictObject({
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, 'is not a whole number from 1 to 500')
    .transform(Number)
    .pipe(z.number().min(1, 'is below 1').max(500, 'is above 500'))
    .default(50)
    .meta({ description: 'Runs a page, 1 to 500.', example: '50' }),
  cursor: z.string().meta({ description: "An earlier page's `next`, unchanged.", example: 'eyJ0IjoxfQ' }).optional(),
  workflow: text('Runs of this workflow.', 'refund'),
  agent: text('Runs in which this agent took part.', 'triage'),
  failedAgent: text(
    'Runs in which this agent failed: a turn of it; where it tells no turns, a call. As `failedRuns` of `/api/agents` counts them.',
    'triage',
  ),
  user: text('Runs of this user.', 'u-42'),
  session: text('Runs of this session (conversation).', 's-7'),
  tenant: text('Runs of this tenant. A key that is bound to a tenant sees no other.', 'acme'),
  status: z
    .enum(STATUSES, `is none of ${STATUSES.join(', ')}`)
    .meta({ description: 'Runs with this status.', example: 'error' })
    .optional(),
  model: text('Runs that called this model.', 'gpt-5-mini'),
  minCostUsd: z
    .string()
    .transform((usd, context) => {
      const nano = /^[0-9.]{1,24}(e-?[0-9]{1,2})?$/i.test(usd) ? nanoFromUsd(Number(usd)) : undefined
      if (nano !== undefined) return nano
      context.addIssue({ code: 'custom', message: 'is not a USD amount of 0 or more, such as 0.25' })
      return z.NEVER
    })
    .meta({ description: 'Runs that cost at least this many USD.', example: '0.25' })
    .optional(),
  from: instant('Runs that started at this time or later.'),
  to: instant('Runs that started before this time.'),
  q: text(
    'Runs with this text (any case) in trace ID, name, workflow, agents, models, tools, user or session.',
    'refund',
  ),
})

/** JSON schema of the parameters, for the API's documentation. */
export const runQueryJsonSchema = z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' })

/** Throws `OUT_QUERY_INVALID` that names the first wrong or unknown parameter. */
export function parseRunQuery(query: unknown): RunQuery {
  const parsed = schema.safeParse(query)
  if (!parsed.success) throw refusal(parsed.error, query)
  const { minCostUsd, from, to, ...rest } = parsed.data
  if (from !== undefined && to !== undefined && from > to) {
    throw new OutriderError('OUT_QUERY_INVALID', '`from` is later than `to`.', { field: 'from' })
  }
  return {
    ...defined(rest),
    limit: rest.limit,
    ...(minCostUsd === undefined ? {} : { minCostNano: minCostUsd }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function defined<T extends object>(value: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Partial<Defined<T>>
}
