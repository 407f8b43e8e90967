/** Bodies of the gate's routes, parsed at the edge: one description for the check, the types and the documentation. */
import { CALL_KINDS, PRIORITIES, SETTLE_STATUSES } from '@outrider/policies'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { fieldRefusal } from '../field-refusal.ts'
import { money } from '../rules.ts'

const word = (description: string, example: string, max = 256) => {
  return z
    .string('is not a text')
    .min(1, 'is empty; leave it out')
    .max(max, `is longer than ${max} characters`)
    .meta({ description, example })
}
const hex = (digits: number, what: string, description: string, example: string) => {
  return z
    .string('is not a text')
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`, 'i'), `is not ${what}: ${digits} hexadecimal digits`)
    .transform((id) => id.toLowerCase())
    .meta({ description, example })
}
const count = (description: string, example: number) => {
  const form = 'is not a whole number from 0 to 2^53-1'
  return z.int(form).min(0, form).meta({ description, example })
}

const holdId = word("The call's ID.", 'b4b147bc-522d-40ef-a1c5-8a3d8a3f0b5e', 128)

const checkSchema = z.strictObject({
  id: word("The caller's own; also the hold's.", 'b4b147bc-522d-40ef-a1c5-8a3d8a3f0b5e', 128),
  traceId: hex(32, 'a trace ID', 'The run.', '4bf92f3577b34da6a3ce929d0e0e4736'),
  spanId: hex(16, 'a span ID', "The call's own span.", '00f067aa0ba902b7').optional(),
  parentSpanId: hex(16, 'a span ID', 'The agent or run around it.', '53995c3f42cd8ad8').optional(),
  kind: z
    .enum(CALL_KINDS, `is none of ${CALL_KINDS.join(', ')}`)
    .meta({ description: '`agent` and `lease` set money aside for calls below them.', example: 'model' }),
  agent: word('Who calls.', 'refunds').optional(),
  workflow: word('What is executed.', 'refund-desk').optional(),
  userId: word('On whose behalf.', 'u-17').optional(),
  tenantId: word("Ignored where API keys are used: the key's tenant holds.", 'acme', 128).optional(),
  sessionId: word('Conversation.', 's-4').optional(),
  provider: word('As on spans.', 'openai').optional(),
  model: word('As the provider calls it.', 'gpt-4o').optional(),
  inputTokens: count('What goes in, counted by the caller: an upper bound.', 1200).optional(),
  inputBytes: count('UTF-8 bytes of messages, tools and schemas: a ceiling for tokens.', 4800).optional(),
  input: z
    .union(
      [z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())],
      'is neither a text, a list of messages nor a request body',
    )
    .meta({ description: 'What goes in: a text, messages, or the request body.', example: 'Where is my refund?' })
    .optional(),
  images: count('Images beside `inputBytes` or a text.', 1).max(10_000, 'is more than 10000').optional(),
  maxOutputTokens: count('Of the whole answer, reasoning included.', 1000).optional(),
  estimateUsd: money.meta({ description: 'What a tool, agent or lease costs at most.', example: 0.05 }).optional(),
  tool: z
    .strictObject({
      name: word('Which tool.', 'issue_refund'),
      args: z
        .unknown()
        .meta({ description: 'What it is called with.', example: { order: 17 } })
        .optional(),
    })
    .optional(),
  priority: z
    .enum(PRIORITIES, `is none of ${PRIORITIES.join(', ')}`)
    .meta({ description: 'Who waits first when money runs low. Default `normal`.', example: 'normal' })
    .optional(),
  parentHoldId: holdId.meta({ description: 'An open agent or lease hold to draw on.', example: 'lease-1' }).optional(),
  runBudgetUsd: money.meta({ description: "The run's own cap; the lowest ever named holds.", example: 1 }).optional(),
  depth: count('Agents above this call.', 1).optional(),
})

const usageSchema = z
  .strictObject({
    inputTokens: count('Cache reads and writes included.', 1180),
    outputTokens: count('Reasoning included.', 212),
    cacheReadTokens: count('Part of the input.', 1024).optional(),
    cacheWriteTokens: count('Part of the input.', 0).optional(),
    reasoningTokens: count('Part of the output.', 0).optional(),
  })
  .meta({ description: 'What the provider says that was used.' })

const settleSchema = z.strictObject({
  holdId,
  usage: usageSchema.optional(),
  costUsd: money.meta({ description: 'What the provider says it billed; before `usage`.', example: 0.0041 }).optional(),
  streamedTokens: count('Output tokens counted as they came, where the provider told no usage.', 180).optional(),
  status: z
    .enum(SETTLE_STATUSES, `is none of ${SETTLE_STATUSES.join(', ')}`)
    .meta({ description: 'How the call ended.', example: 'ok' }),
  finishReason: word("The provider's word.", 'stop').optional(),
  output: z.string('is not a text').meta({ description: 'What came out.', example: 'Done.' }).optional(),
})

const releaseSchema = z.strictObject({ holdId })

/** A check as it was parsed; money in nano-dollars. */
export type Check = Readonly<z.infer<typeof checkSchema>>
export type Settle = Readonly<z.infer<typeof settleSchema>>

/** @throws OutriderError `OUT_FIELD_INVALID` that names the field */
export function parseCheck(body: unknown): Check {
  const asked = parse(checkSchema, body)
  if ((asked.kind !== 'agent' && asked.kind !== 'lease') || asked.estimateUsd !== undefined) return asked
  const message = `\`estimateUsd\` is missing: kind ${asked.kind} sets so much aside.`
  throw new OutriderError('OUT_FIELD_INVALID', message, { field: 'estimateUsd' })
}
export const parseSettle = (body: unknown): Settle => parse(settleSchema, body)
export const parseRelease = (body: unknown): { readonly holdId: string } => parse(releaseSchema, body)

export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const told = withoutNulls(body)
  const parsed = schema.safeParse(told)
  if (parsed.success) return parsed.data
  throw fieldRefusal(parsed.error, told)
}

/** Unknown is null in our answers, so it may be in what we are asked; inside of `input` and arguments it stays. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
}

export const jsonSchema = (schema: z.ZodType) => {
  return z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' })
}
/** JSON schemas of the bodies, for the API's documentation. */
export const checkJsonSchema = jsonSchema(checkSchema)
export const settleJsonSchema = jsonSchema(settleSchema)
export const releaseJsonSchema = jsonSchema(releaseSchema)
