/** Query parameters: how they are checked, described and refused, the same for every route. */
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { instantForm, instantMs } from '../instant.ts'

const TEXT_MAX = 1024

export const text = (description: string, example: string) => {
  return z
    .string()
    .min(1, 'is empty; leave it out')
    .max(TEXT_MAX, `is longer than ${TEXT_MAX} characters`)
    .meta({ description, example })
    .optional()
}

/** Milliseconds since 1970, or an ISO 8601 date or time with its zone. */
export const instant = (description: string) => {
  return z
    .string()
    .transform((given, context) => {
      const ms = instantMs(given)
      if (ms !== undefined) return ms
      context.addIssue({ code: 'custom', message: instantForm })
      return z.NEVER
    })
    .meta({ description, example: '2026-11-21T09:00:00Z' })
    .optional()
}

/** `OUT_QUERY_INVALID` that names the first wrong or unknown parameter. */
export function refusal({ issues }: z.ZodError, query: unknown): OutriderError {
  const issue = issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = unknown ?? String(issue?.path[0] ?? '')
  const repeated = Array.isArray((query as Record<string, unknown>)[field])
  const why = unknown !== undefined ? 'is not a parameter' : repeated ? 'is given more than once' : issue?.message
  const named = field.slice(0, 64)
  return new OutriderError('OUT_QUERY_INVALID', `\`${named}\` ${why}.`, { field: named })
}
