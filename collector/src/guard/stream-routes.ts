/**
 * `POST /v1/guard/stream`: a text, judged while it grows. Knows the body, the policies and how far each text is; refuses
 * to know what the guards look for, and where findings go.
 */
import {
  createGuardStream,
  type Direction,
  type Finding,
  type GuardPolicy,
  type JudgedFinding,
  strictest,
  usesVault,
} from '@outrider/policies/guards'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { GuardScope } from '../guard-policy.ts'
import { createSchemas, type SchemaCheck } from '../json-schema.ts'
import { createStreamSessions, type Judging } from './stream-sessions.ts'
import type { Vaults } from './vaults.ts'

/** What was found in one text. */
export interface Heard {
  /** The stream's: the same text told again has the same. */
  readonly id: string
  readonly traceId: string | null
  readonly spanId: string | null
  readonly workflow: string | null
  readonly agent: string | null
  readonly tenantId: string | null
  readonly userId: string | null
  readonly direction: Direction
  /** As it came; places of findings are in it. */
  readonly text: string
  readonly findings: readonly JudgedFinding[]
  readonly policy: GuardPolicy
  /** Its name, where the caller chose it. */
  readonly pack: string | undefined
}

/** Longer texts are read as a whole elsewhere, after the answer: nobody waits for that. */
export const AT_ONCE = 4096

export interface GuardStreamParts {
  /** The policy that is configured for this scope. */
  policyOf(request: FastifyRequest, scope: GuardScope): GuardPolicy
  /** The tenant that the caller's key is bound to. */
  tenantOf(request: FastifyRequest): string | null
  /** Another policy by its name; null where there is none. */
  named(name: string): GuardPolicy | null
  readonly names: readonly string[]
  /** For what is hidden as a hash. */
  readonly hashKey: string
  readonly vaults: Vaults
  /**
   * Told once a text, at its end, when it is stopped or given up, where there are findings. Of texts longer than
   * `AT_ONCE` always, and then what would only be flagged is not among the findings.
   */
  heard(heard: Heard): void
}

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
const place = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

const bodySchema = z.strictObject({
  id: z.string().min(8).max(128).meta({ description: 'Of this text, by the caller: hard to guess, e.g. a UUID.' }),
  at: place.meta({ description: 'Where this chunk begins in the text, in UTF-16 units.' }),
  text: z.string().meta({ description: 'The chunk.' }),
  end: z.boolean().nullish().meta({ description: 'The text is at its end with this chunk.' }),
  released: place.nullish().meta({
    description: 'After OUT_STREAM_UNKNOWN, with `at` 0 and the whole text: length of what was handed on already.',
  }),
  kind: z.enum(['text', 'reasoning', 'arguments']).nullish().meta({
    description:
      'A message, its reasoning, or the arguments of one tool call; each is a text of its own. @default text',
  }),
  direction: z.enum(['output', 'tool']).nullish().meta({
    description: '`tool` for what a tool returned or a search found. @default output',
  }),
  schema: z
    .record(z.string(), z.unknown())
    .nullish()
    .meta({ description: 'A JSON Schema that the text, as JSON, must fit; nothing is handed on before its end then.' }),
  policy: z.string().min(1).max(64).nullish().meta({ description: 'A pack by name instead of what is configured.' }),
  agent: name('Whose text it is; picks the policy.'),
  workflow: name('The same.'),
  tenantId: name("The same; ignored where API keys are used: the key's tenant holds."),
  userId: name('On whose behalf.'),
  traceId: hex(32, 'The run. What was hidden in its inputs is given back in its outputs.'),
  spanId: hex(16, 'The span whose text it is.'),
})
type Body = z.infer<typeof bodySchema>

const SWEEP_MS = 30_000

export function guardStreamRoutes(parts: GuardStreamParts): FastifyPluginAsync {
  const { policyOf, tenantOf, named, names, hashKey, vaults, heard } = parts
  const schemas = createSchemas()
  const sessions = createStreamSessions()

  /** Throws what is wrong with the body of a text that begins. */
  function begin(request: FastifyRequest, body: Body, tenant: string | null): Judging {
    const { workflow, agent, traceId, spanId, userId } = body
    const scope = { workflow: workflow ?? undefined, agent: agent ?? undefined, tenant: tenant ?? undefined }
    const policy = body.policy == null ? policyOf(request, scope) : named(body.policy)
    if (policy === null)
      throw new OutriderError('OUT_FIELD_INVALID', `\`policy\` is none of ${names.join(', ')}.`, { field: 'policy' })
    const schema = body.schema == null ? null : schemas(body.schema)
    if (schema?.ok === false)
      throw new OutriderError('OUT_FIELD_INVALID', `\`schema\` ${schema.why}.`, { field: 'schema' })
    const direction = body.direction ?? 'output'
    const of = { tenant, run: traceId ?? null }
    const stream = createGuardStream(direction, policy, {
      hashKey,
      ...(usesVault(policy, direction) ? { vault: vaults.hiding(of, direction) } : {}),
      // what goes into a model stays hidden; what comes out of it is for those who said it
      restore: direction === 'output' ? (vaults.restoring(of) ?? undefined) : undefined,
      whole: schema !== null,
      atOnce: AT_ONCE,
    })
    return {
      stream: schema === null ? stream : fitting(stream, schema.check, policy.shadow),
      done(text, _action, findings) {
        if (findings.length === 0 && text.length <= AT_ONCE) return
        const ids = { id: body.id, traceId: traceId ?? null, spanId: spanId ?? null }
        const who = { workflow: workflow ?? null, agent: agent ?? null, tenantId: tenant, userId: userId ?? null }
        heard({ ...ids, ...who, direction, text, findings, policy, pack: body.policy ?? undefined })
      },
    }
  }

  return async (app) => {
    // the schemas document; bodies are parsed here
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const sweeper = setInterval(() => {
      sessions.sweep()
      vaults.sweep()
    }, SWEEP_MS)
    sweeper.unref()
    app.addHook('onClose', async () => {
      clearInterval(sweeper)
      sessions.close()
    })
    app.post('/v1/guard/stream', { config: { scope: 'gate' }, schema: documentation }, async (request) => {
      const body = parse(request.body)
      const { at, text, end, released } = body
      const tenant = tenantOf(request) ?? body.tenantId ?? null
      const chunk = { at, text, end: end ?? false, released: released ?? null }
      const taken = sessions.take(JSON.stringify([tenant, body.id]), chunk, () => begin(request, body, tenant))
      if (taken.kind === 'unknown')
        throw new OutriderError('OUT_STREAM_UNKNOWN', 'This text is not known here, or the chunk does not fit on it.')
      if (taken.kind === 'too long')
        throw new OutriderError('OUT_BODY_TOO_LARGE', 'A text that is judged has 1,048,576 characters at most.')
      const { action, findings, ...answer } = taken.answer
      const isStopped = action === 'block' || action === 'ask'
      return {
        // nobody can be asked in the middle of a text
        action: isStopped ? 'block' : action,
        ...answer,
        findings,
        ...(isStopped ? { reasons: reasonsOf(findings) } : {}),
      }
    })
  }
}

/** A stream whose text, once it is there, must fit a schema. */
function fitting(stream: Judging['stream'], check: SchemaCheck, isShadow: boolean): Judging['stream'] {
  let text = ''
  let broken: readonly JudgedFinding[] = []
  return {
    ...stream,
    push(piece) {
      text += piece
      return stream.push(piece)
    },
    end() {
      const rest = stream.end()
      broken = check(text).map((one: Finding) => ({ ...one, action: 'block' }))
      return rest
    },
    action: () => (broken.length === 0 ? stream.action() : strictest(stream.action(), isShadow ? 'flag' : 'block')),
    findings: () => [...stream.findings(), ...broken],
  }
}

/** One for each finding that stops the text, as the gate would say it. */
function reasonsOf(findings: readonly JudgedFinding[]) {
  const stopping = findings.filter(({ action }) => action === 'block' || action === 'ask')
  const told = new Map(stopping.map((one) => [`${one.rule} ${one.why}`, one]))
  return [...told.values()].map(({ rule, why }) => ({ rule, code: 'GUARD_BLOCKED', message: why, retryable: false }))
}

function parse(given: unknown): Body {
  const parsed = bodySchema.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = (unknown ?? issue?.path.map(String).join('.') ?? '').slice(0, 64) || 'body'
  const why = unknown === undefined ? (issue?.message ?? 'is wrong') : 'is not a field'
  throw new OutriderError('OUT_FIELD_INVALID', `\`${field}\`: ${why}.`, { field })
}

const offset = { type: 'integer', description: 'UTF-16 units of the text that was sent.' }
const documentation = {
  summary: 'Judge one text while it grows.',
  description:
    'Chunks of one text, one after the other; answers what may be handed on now. However the text is cut, what comes out is what the whole would give. The same chunk sent twice gets the same answer. 409 OUT_STREAM_UNKNOWN: send the whole text so far with `at` 0 and `released`.',
  tags: ['guards'],
  body: z.toJSONSchema(bodySchema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }),
  response: {
    200: {
      type: 'object',
      required: ['action', 'text', 'until', 'findings'],
      properties: {
        action: { type: 'string', enum: ['allow', 'flag', 'redact', 'block'] },
        text: { type: 'string', description: 'What may be handed on now; often less than what came.' },
        until: { ...offset, description: 'So much of the text that was sent has been handed on, in whatever form.' },
        findings: {
          type: 'array',
          description:
            'What was not told before; with `end` all of the whole text. Of texts longer than 4096, what is only flagged is told in the run alone.',
          items: {
            type: 'object',
            required: ['guard', 'type', 'rule', 'start', 'end', 'score', 'why', 'action'],
            properties: {
              guard: { type: 'string' },
              type: { type: 'string' },
              rule: { type: 'string' },
              start: offset,
              end: offset,
              score: { type: 'number' },
              view: { type: 'string' },
              why: { type: 'string' },
              action: { type: 'string', description: 'What the policy asks for because of it.' },
            },
          },
        },
        reasons: {
          type: 'array',
          description: 'Where it is blocked: why.',
          items: {
            type: 'object',
            properties: {
              rule: { type: 'string' },
              code: { type: 'string', enum: ['GUARD_BLOCKED'] },
              message: { type: 'string' },
              retryable: { type: 'boolean' },
            },
          },
        },
      },
    },
  },
}
