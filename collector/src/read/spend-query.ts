/** The query string of `GET /api/spend`, parsed at the edge. */
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { SPEND_BY, type SpendQuery } from '../store/store.ts'
import { instant, refusal } from './parameter.ts'

const DAY_MS = 86_400_000

const schema = z.strictObject({
  from: instant('Calls that started at this time or later; a day before `to` unless given.'),
  to: instant('Calls that started before this time; now unless given.'),
  by: z
    .enum(SPEND_BY, `is none of ${SPEND_BY.join(', ')}`)
    .default('model')
    .meta({ description: 'What to add up by. Days are UTC.', example: 'model' }),
})

/** JSON schema of the parameters, for the API's documentation. */
export const spendQueryJsonSchema = z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' })

/** Throws `OUT_QUERY_INVALID` that names the first wrong or unknown parameter. */
export function parseSpendQuery(query: unknown, nowMs: number): SpendQuery {
  const parsed = schema.safeParse(query)
  if (!parsed.success) throw refusal(parsed.error, query)
  const { to = nowMs, by } = parsed.data
  const { from = Math.max(0, to - DAY_MS) } = parsed.data
  if (from > to) throw new OutriderError('OUT_QUERY_INVALID', '`from` is later than `to`.', { field: 'from' })
  return { fromMs: from, toMs: to, by }
}
