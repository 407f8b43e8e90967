/** The query string of `GET /api/workflows`, parsed at the edge. */
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { WorkflowQuery } from '../store/workflow-store.ts'
import { instant, refusal } from './parameter.ts'

const DAY_MS = 86_400_000
const MAX_WORDS = 50
/** Words that people use for a run that did what it was for. */
const SUCCESS = 'success,succeeded,successful,ok,done,completed,resolved,passed'

const schema = z.strictObject({
  from: instant('Runs that started at this time or later; a day before `to` unless given.'),
  to: instant('Runs that started before this time; now unless given.'),
  success: z
    .string()
    .default(SUCCESS)
    .transform((words) => words.split(',').map((word) => word.trim().toLowerCase()))
    .refine((words) => words.every((word) => word !== ''), 'has an empty word')
    .refine((words) => words.length <= MAX_WORDS, `has more than ${MAX_WORDS} words`)
    .meta({
      description: 'Outcomes that are a success, with commas between; every other that was told is a failure.',
      example: 'resolved,refunded',
    }),
})

/** JSON schema of the parameters, for the API's documentation. */
export const workflowsQueryJsonSchema = z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' })

/** Throws `OUT_QUERY_INVALID` that names the first wrong or unknown parameter. */
export function parseWorkflowsQuery(query: unknown, nowMs: number): WorkflowQuery {
  const parsed = schema.safeParse(query)
  if (!parsed.success) throw refusal(parsed.error, query)
  const { to: toMs = nowMs, success } = parsed.data
  const { from: fromMs = Math.max(0, toMs - DAY_MS) } = parsed.data
  if (fromMs > toMs) throw new OutriderError('OUT_QUERY_INVALID', '`from` is later than `to`.', { field: 'from' })
  return { fromMs, toMs, success }
}
