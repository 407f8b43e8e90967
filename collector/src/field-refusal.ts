import type { z } from 'zod'
import { OutriderError } from './errors.ts'

/** `OUT_FIELD_INVALID` that names the first wrong, missing or unknown field of a body. `given`: the body. */
export function fieldRefusal({ issues }: z.ZodError, given: unknown): OutriderError {
  const [issue] = issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])]
  const field = path.map((part) => String(part).slice(0, 64)).join('.') || 'body'
  const why =
    unknown !== undefined
      ? 'is not a field'
      : path.length > 0 && valueAt(given, path) === undefined
        ? 'is missing'
        : wordsOf(issue)
  return new OutriderError('OUT_FIELD_INVALID', `\`${field}\` ${why}.`, { field })
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((here, part) => {
    return typeof here === 'object' && here !== null ? (here as Record<PropertyKey, unknown>)[part] : undefined
  }, given)
}

/** Our own words where there are some; the library's start with "Invalid input". */
function wordsOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'is wrong'
  if (issue.path.length === 0 && issue.code === 'invalid_type') return 'is not a JSON object'
  return issue.code === 'invalid_type' && !issue.message.startsWith('is ')
    ? `is not a ${issue.expected}`
    : issue.message
}
