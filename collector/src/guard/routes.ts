/**
 * `POST /v1/guard`: one text, judged. Knows the body and the policies; refuses to know what the guards look for and who
 * asks.
 */
import { createHmac } from 'node:crypto'
import { type Finding, type GuardPolicy, type JudgedFinding, strictest } from '@outrider/policies/guards'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { GuardScope } from '../guard-policy.ts'
import type { Evidence, Subject } from '../guarding.ts'
import { createSchemas } from '../json-schema.ts'
import { evidenceOf, joined } from './evidence.ts'
import type { TextJudge } from './judging.ts'
import type { JudgedTexts } from './text-judge.ts'

export interface GuardParts {
  /** The policy that is configured for this caller. */
  policyOf(request: FastifyRequest, scope: GuardScope): GuardPolicy
  /** The tenant that the caller's key is bound to. */
  tenantOf(request: FastifyRequest): string | null
  /** Another one by its name; null where there is none. */
  named(name: string): GuardPolicy | null
  readonly names: readonly string[]
  readonly texts: TextJudge
  /** Keys the IDs of findings. */
  readonly hashKey: string
  /** Whether the text around a finding may be kept. */
  readonly keepsText: boolean
  /** Told of everything that was found, for metrics. */
  found(evidence: readonly Evidence[]): void
  /** Tells what was found as a span of the run that the caller names. */
  tell(subject: Subject, evidence: readonly Evidence[]): void
}

/** Characters that are read at once; longer texts are read in a thread. */
const AT_ONCE = 4096

const name = (description: string) => z.string().min(1).max(256).nullish().meta({ description })
const hex = (digits: number, description: string) => {
  const form = new RegExp(`^[0-9a-f]{${digits}}$`, 'i')
  return z
    .string()
    .regex(form, `is not ${digits} hexadecimal digits`)
    .transform((id) => id.toLowerCase())
    .nullish()
    .meta({ description })
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
  agent: name('Whose text it is; picks the policy.'),
  workflow: name('The same.'),
  tenantId: name("The same; ignored where API keys are used: the key's tenant holds."),
  userId: name('On whose behalf.'),
  traceId: hex(32, 'The run: with it, what is found is told as a span of that run and listed in `/api/guards`.'),
  spanId: hex(16, 'The span whose text it is.'),
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
          action: { type: 'string', description: 'What the policy asks for because of it.' },
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

export function guardRoutes(parts: GuardParts): FastifyPluginAsync {
  const { policyOf, tenantOf, named, names, texts, hashKey, keepsText, found, tell } = parts
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
      const scope = {
        workflow: body.workflow ?? undefined,
        agent: body.agent ?? undefined,
        tenant: tenantOf(request) ?? body.tenantId ?? undefined,
      }
      const used = body.policy == null ? policyOf(request, scope) : byName(body.policy)
      if (used === null)
        throw new OutriderError('OUT_FIELD_INVALID', `\`policy\` is none of ${names.join(', ')}.`, { field: 'policy' })
      const schema = body.schema == null ? null : schemas(body.schema)
      if (schema?.ok === false)
        throw new OutriderError('OUT_FIELD_INVALID', `\`schema\` ${schema.why}.`, { field: 'schema' })
      const asked = {
        text: body.text,
        direction: body.direction,
        field: body.direction === 'input' ? 'input' : 'output',
      }
      const judge = { source: 'guard', keepsText, mayRewrite: true } as const
      const pack = body.policy ?? undefined
      const of = { tenant: scope.tenant ?? null, run: body.traceId ?? null }
      const soon = await texts.judge({ texts: [asked], policy: used, pack, scope, of, judge, atOnce: AT_ONCE })
      if (soon === null)
        throw new OutriderError('OUT_OVERLOADED', 'This text could not be read in time.', { retryAfter: 1 })
      const [result] = soon.results as [JudgedTexts['results'][0]]
      const broken = schema?.check(body.text) ?? []
      const strict = broken.length === 0 ? result.action : strictest(result.action, used.shadow ? 'flag' : 'block')
      const judged = [...result.findings, ...broken.map(blocking)]
      const settings = {
        policy: used,
        direction: body.direction,
        field: asked.field,
        source: 'guard',
        enforced: true,
      } as const
      // words of a schema's problems say where, never what
      const own = evidenceOf('', broken.map(blocking), { ...settings, keepsText: false })
      const evidence = joined([...result.evidence, ...own])
      found(evidence)
      if (evidence.length > 0) tell(subjectOf(body, scope, hashKey), evidence)
      return {
        // a person cannot be asked over this route
        action: strict === 'ask' ? 'block' : strict,
        text: soon.texts[0] as string,
        score: broken.length === 0 ? result.score : 1,
        findings: judged,
        policyVersion: used.version,
      }
    })
  }
}

const blocking = (one: Finding): JudgedFinding => ({ ...one, action: 'block' })

type Body = z.infer<typeof bodySchema>

/** The same text of the same span is one finding, however often it is asked about. */
function subjectOf(body: Body, scope: GuardScope, key: string): Subject {
  const { direction, text, traceId, spanId, userId } = body
  const id = createHmac('sha256', key).update(`${direction} ${text}`).digest('hex')
  return {
    id: `guard ${spanId ?? ''} ${id}`,
    traceId: traceId ?? null,
    spanId: spanId ?? null,
    workflow: scope.workflow ?? null,
    agent: scope.agent ?? null,
    tenantId: scope.tenant ?? null,
    userId: userId ?? null,
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
