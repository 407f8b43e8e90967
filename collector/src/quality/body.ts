/** Bodies of scores and outcomes, parsed at the edge: one description for the check, the types and the documentation. */
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { Outcome, Score } from '../store/store.ts'

/** Of one request; more go into the next. */
const AT_ONCE = 1000

const word = (max: number) => z.string().min(1, 'is empty').max(max, `is longer than ${max} characters`)
const hex = (digits: number, what: string) => {
  return z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`, 'i'), `is not ${what}: ${digits} hexadecimal digits`)
    .transform((id) => id.toLowerCase())
}
const traceId = hex(32, 'a trace ID').meta({
  description: 'The run, whether its spans have arrived or not.',
  example: '4bf92f3577b34da6a3ce929d0e0e4736',
})

const scoreSchema = z.strictObject({
  traceId,
  spanId: hex(16, 'a span ID')
    .nullish()
    .meta({ description: 'One span of it; left out: the run as a whole.', example: '00f067aa0ba902b7' }),
  name: word(256).meta({ description: 'What was judged.', example: 'helpfulness' }),
  value: z.number('is not a finite number').meta({ description: 'Any finite number.', example: 0.9 }),
  label: word(256).nullish().meta({ description: 'The value in a word.', example: 'good' }),
  explanation: z
    .string()
    .max(32_768, 'is longer than 32768 characters')
    .nullish()
    .meta({ description: 'Why; kept as `content` allows.', example: 'Answers the question.' }),
  source: word(256).nullish().meta({ description: 'Who or what judged.', example: 'llm-judge' }),
})

const outcomeSchema = z.strictObject({
  traceId,
  outcome: word(256).meta({
    description: '`success`, `failure`, `unknown` or a word of your own.',
    example: 'success',
  }),
  reason: z
    .string()
    .max(32_768, 'is longer than 32768 characters')
    .nullish()
    .meta({ description: 'Why; kept as `content` allows.', example: 'Refund was issued.' }),
})

const schemaOf = (schema: z.ZodType) => {
  return z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' })
}
/** JSON schemas of one score and one outcome, for the API's documentation. */
export const scoreJsonSchema = schemaOf(scoreSchema)
export const outcomeJsonSchema = schemaOf(outcomeSchema)

/** One score or a list of them. @throws OutriderError `OUT_FIELD_INVALID`, `field` as `value` or `[3].value` */
export function parseScores(body: unknown, tenantId: string | null): readonly Score[] {
  return parseEach(body, scoreSchema).map(({ spanId, label, explanation, source, ...told }) => ({
    ...told,
    tenantId,
    spanId: spanId ?? null,
    label: label ?? null,
    explanation: explanation || null,
    source: source ?? null,
  }))
}

/** One outcome or a list of them. @throws OutriderError `OUT_FIELD_INVALID` */
export function parseOutcomes(body: unknown, tenantId: string | null): readonly Outcome[] {
  return parseEach(body, outcomeSchema).map(({ reason, ...told }) => ({ ...told, tenantId, reason: reason || null }))
}

/** All or none: of a list with one bad entry nothing is taken. */
function parseEach<T>(body: unknown, schema: z.ZodType<T>): T[] {
  if (!Array.isArray(body)) return [parseOne(body, schema, '')]
  if (body.length > AT_ONCE) {
    throw new OutriderError('OUT_FIELD_INVALID', `The list has more than ${AT_ONCE} entries; send several.`, {
      field: 'length',
    })
  }
  return body.map((entry, at) => parseOne(entry, schema, `[${at}]`))
}

function parseOne<T>(given: unknown, schema: z.ZodType<T>, place: string): T {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const name = (unknown ?? issue?.path.map(String).join('.') ?? '').slice(0, 64)
  const field = name === '' ? place || 'body' : place === '' ? name : `${place}.${name}`
  const missing = name !== '' && (given as Record<string, unknown>)[name] === undefined
  const why = unknown !== undefined ? 'is not a field' : missing ? 'is missing' : wordsOf(issue)
  throw new OutriderError('OUT_FIELD_INVALID', `\`${field}\` ${why}.`, { field })
}

/** Our own words where there are some; the library's start with "Invalid input". */
function wordsOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'is wrong'
  return issue.code === 'invalid_type' && !issue.message.startsWith('is ')
    ? `is not a ${issue.expected}`
    : issue.message
}
