/**
 * `POST /v1/guard`: one text, judged. Knows the body and the policies; refuses to know what the guards look for and who
 * asks.
 */
import { type GuardPolicy, guard, strictest } from '@outrider/policies/guards'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { createSchemas } from './schema.ts'

export interface GuardParts {
  /** The policy that is configured for this caller. */
  policyOf(request: FastifyRequest): GuardPolicy
  /** Another one by its name; null where there is none. */
  named(name: string): GuardPolicy | null
  readonly names: readonly string[]
  /** Told of every text, for metrics. */
  judged(guard: string, action: string): void
}

const bodySchema = z.strictObject({
  direction: z
    .enum(['input', 'output', 'tool'])
    .meta({ description: '`tool` is for results of tools and retrieved documents.' }),
  text: z.string().meta({ description: 'What is judged.' }),
  schema: z
    .record(z.string(), z.unknown())
    .nullish()
    .meta({ description: 'A JSON Schema that the text, as JSON, must fit.' }),
  policy: z.string().min(1).max(64).nullish().meta({ description: 'A pack by name instead of what is configured.' }),
})

const offset = { type: 'integer', description: 'UTF-16 units of the text that was sent.' }
const answerSchema = {
  type: 'object',
  required: ['action', 'text', 'score', 'findings'],
  properties: {
    action: { type: 'string', enum: ['allow', 'flag', 'redact', 'block'] },
    text: { type: 'string', description: 'What may go on: with redactions.' },
    score: { type: 'number' },
    policyVersion: { type: 'string' },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        required: ['guard', 'type', 'rule', 'start', 'end', 'score', 'why'],
        properties: {
          guard: { type: 'string' },
          type: { type: 'string', description: 'Presidio’s entity name, `SECRET`, `PROMPT_INJECTION`…' },
          rule: { type: 'string' },
          start: offset,
          end: offset,
          score: { type: 'number' },
          view: { type: 'string', description: 'Where it was seen, when not in the text as it stands.' },
          why: { type: 'string' },
        },
      },
    },
  },
}

export function guardRoutes({ policyOf, named, names, judged }: GuardParts): FastifyPluginAsync {
  const schemas = createSchemas()
  /** Packs that were asked for; there are few. */
  const packs = new Map<string, GuardPolicy | null>()
  const byName = (name: string): GuardPolicy | null => {
    if (!names.includes(name)) return null
    if (!packs.has(name)) packs.set(name, named(name))
    return packs.get(name) ?? null
  }
  return async (app) => {
    // the schemas document; bodies are parsed here
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    app.post('/v1/guard', { config: { scope: 'gate' }, schema: documentation }, async (request) => {
      const body = parse(request.body)
      const used = body.policy == null ? policyOf(request) : byName(body.policy)
      if (used === null)
        throw new OutriderError('OUT_FIELD_INVALID', `\`policy\` is none of ${names.join(', ')}.`, { field: 'policy' })
      const schema = body.schema == null ? null : schemas(body.schema)
      if (schema?.ok === false)
        throw new OutriderError('OUT_FIELD_INVALID', `\`schema\` ${schema.why}.`, { field: 'schema' })
      const result = guard(body.text, body.direction, used)
      const broken = schema?.check(body.text) ?? []
      const strict = broken.length === 0 ? result.action : strictest(result.action, used.shadow ? 'flag' : 'block')
      for (const name of new Set([...result.findings, ...broken].map((one) => one.guard))) judged(name, strict)
      return {
        // a person cannot be asked over this route
        action: strict === 'ask' ? 'block' : strict,
        text: result.text,
        score: broken.length === 0 ? result.score : 1,
        findings: [...result.findings, ...broken],
        policyVersion: used.version,
      }
    })
  }
}

function parse(given: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = (unknown ?? issue?.path.map(String).join('.') ?? '').slice(0, 64) || 'body'
  const why = unknown === undefined ? (issue?.message ?? 'is wrong') : 'is not a field'
  throw new OutriderError('OUT_FIELD_INVALID', `\`${field}\`: ${why}.`, { field })
}

const documentation = {
  summary: 'Judge one text.',
  description:
    'Personal data, secrets, injections and what the policy asks for beside. Findings say which rule spoke and why. A broken `schema` blocks, and its findings say what to repair.',
  tags: ['guards'],
  body: z.toJSONSchema(bodySchema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }),
  response: { 200: answerSchema },
}
