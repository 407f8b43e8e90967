/** The query string of `GET /api/agents`, parsed at the edge. */
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { AgentQuery } from '../store/agent-store.ts'
import { instant, refusal, text } from './parameter.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** People read clocks in these. */
const ROUND_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440]
const MAX_STEPS = 200

const schema = z.strictObject({
  from: instant(
    'Runs that started at this time or later; a day before `to` unless given. Rounded down to a whole step.',
  ),
  to: instant('Runs that started before this time; now unless given.'),
  steps: z
    .string()
    .regex(/^[0-9]{1,3}$/, `is not a whole number from 1 to ${MAX_STEPS}`)
    .transform(Number)
    .pipe(z.number().min(1, 'is below 1').max(MAX_STEPS, `is above ${MAX_STEPS}`))
    .default(48)
    .meta({
      description: `About so many steps, 1 to ${MAX_STEPS}: each is round and lies on the clock.`,
      example: '48',
    }),
  workflow: text('In runs of this workflow only.', 'refund'),
})

/** JSON schema of the parameters, for the API's documentation. */
export const agentsQueryJsonSchema = z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' })

/** Throws `OUT_QUERY_INVALID` that names the first wrong or unknown parameter. */
export function parseAgentsQuery(query: unknown, nowMs: number): AgentQuery {
  const parsed = schema.safeParse(query)
  if (!parsed.success) throw refusal(parsed.error, query)
  const { to: toMs = nowMs, steps, workflow } = parsed.data
  const { from = Math.max(0, toMs - DAY_MS) } = parsed.data
  if (from > toMs) throw new OutriderError('OUT_QUERY_INVALID', '`from` is later than `to`.', { field: 'from' })
  const stepMs = roundStepMs((toMs - from) / steps)
  // steps lie on the clock, so that a page that asks again sees the same ones
  const fromMs = Math.floor(from / stepMs) * stepMs
  return { fromMs, toMs, stepMs, ...(workflow === undefined ? {} : { workflow }) }
}

function roundStepMs(atLeastMs: number): number {
  // a window that was asked for a moment late has not twice the step
  const round = ROUND_MINUTES.find((minutes) => minutes * MINUTE_MS >= 0.95 * atLeastMs)
  return round === undefined ? Math.ceil(atLeastMs / DAY_MS) * DAY_MS : round * MINUTE_MS
}
