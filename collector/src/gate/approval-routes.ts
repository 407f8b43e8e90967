/** `/api/approvals`: what waits for a person's word, and the word. `/v1/gate/approvals`: the call that waits for it. */
import { APPROVAL_STATES } from '@outrider/policies'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { PeoplesApprovals } from './approvals.ts'
import { jsonSchema, parse } from './body.ts'
import { approvalParameters, errorSchema, list, record, wireApprovalSchema } from './documentation.ts'
import { takeOptionalJson } from './optional-body.ts'

export interface ApprovalRouteParts {
  readonly approvals: PeoplesApprovals
  /** The tenant that the caller's key is bound to; it sees and decides only its own. */
  tenantOf(request: FastifyRequest): string | null
}

const bodySchema = z.strictObject({
  by: z
    .string('is not a text')
    .min(1, 'is empty')
    .max(128, 'is longer than 128 characters')
    .optional()
    .meta({ description: "Who; the key's name unless given.", example: 'dana' }),
  reason: z
    .string('is not a text')
    .max(1000, 'is longer than 1000 characters')
    .default('')
    .meta({ description: 'Why; the agent reads it.', example: 'the customer called' }),
})

const numbers = (most: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .refine((given) => given <= most)
    .default(otherwise)
const listQuery = z.strictObject({
  state: z.enum([...APPROVAL_STATES, 'all']).default('all'),
  limit: numbers(1000, 100).refine((given) => given >= 1),
})
const waitQuery = z.strictObject({ wait: numbers(60, 0) })

interface One {
  Params: { readonly id: string }
}

export function approvalRoutes({ approvals, tenantOf }: ApprovalRouteParts): FastifyPluginAsync {
  const { list: listed, wire, find, wait, answer } = approvals

  return async (app) => {
    takeOptionalJson(app)
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const stop = new AbortController()
    app.addHook('preClose', async () => stop.abort())
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    const read = { scope: 'read' } as const

    app.get('/api/approvals', { config: read, schema: listDoc }, async (request) => {
      const { state, limit } = query(listQuery, request.query)
      const found = await listed(tenantOf(request), state === 'all' ? undefined : state, limit)
      return { approvals: await Promise.all(found.map(wire)) }
    })

    app.get<One>('/api/approvals/:id', { config: read, schema: oneDoc }, async (request) => {
      const { id } = request.params
      const found = await find(tenantOf(request), id)
      if (found !== undefined) return wire(found)
      throw new OutriderError('OUT_APPROVAL_UNKNOWN', `There is no approval ${id.slice(0, 128)}.`, { field: 'id' })
    })

    for (const [word, state] of [
      ['approve', 'approved'],
      ['deny', 'denied'],
    ] as const) {
      const schema = wordDoc[word]
      app.post<One>(`/api/approvals/:id/${word}`, { config: { scope: 'admin' }, schema }, async (request) => {
        const { by, reason } = parse(bodySchema, request.body ?? {})
        const who = by ?? request.caller?.name ?? 'someone'
        return wire(await answer(tenantOf(request), request.params.id, { state, by: who, reason }))
      })
    }

    app.get<One>('/v1/gate/approvals/:id', { config: { scope: 'gate' }, schema: waitDoc }, async (request, reply) => {
      const { wait: seconds } = query(waitQuery, request.query)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const over = AbortSignal.any([stop.signal, gone.signal])
      return wire(await wait(tenantOf(request), request.params.id, seconds * 1000, over))
    })
  }
}

function query<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = String(issue?.code === 'unrecognized_keys' ? issue.keys[0] : (issue?.path[0] ?? '')).slice(0, 64)
  throw new OutriderError('OUT_QUERY_INVALID', `\`${field}\` is not right.`, { field })
}

const body = { ...jsonSchema(bodySchema), example: { by: 'dana', reason: 'the customer called' } }
const tags = ['approvals']

const listDoc = {
  summary: 'What waits for a person, and what was decided, newest first.',
  tags,
  querystring: {
    type: 'object',
    properties: {
      state: { enum: [...APPROVAL_STATES, 'all'], default: 'all', description: 'Only these.', example: 'pending' },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'At most.', example: 50 },
    },
  },
  response: { 200: record({ approvals: list(wireApprovalSchema, 'Newest first.') }) },
}
const oneDoc = {
  summary: 'One question to a person.',
  tags,
  params: approvalParameters,
  response: { 200: wireApprovalSchema, 404: errorSchema },
}
const waitDoc = {
  summary: 'Waits for the word of a person.',
  description: 'Answers once it is decided, and after `wait` seconds at the latest, as it stands then.',
  tags: ['gate'],
  params: approvalParameters,
  querystring: {
    type: 'object',
    properties: {
      wait: { type: 'integer', minimum: 0, maximum: 60, default: 0, description: 'Seconds.', example: 25 },
    },
  },
  response: { 200: wireApprovalSchema, 404: errorSchema },
}
const wordDoc = {
  approve: {
    summary: 'A person says yes: the call may be asked for again, with the ID of the approval, once.',
    description:
      'The first word stands: the same one again is 200, another 409. A yes is good as long as the question was.',
    tags,
    params: approvalParameters,
    body,
    response: { 200: wireApprovalSchema, 404: errorSchema, 409: errorSchema },
  },
  deny: {
    summary: 'A person says no.',
    tags,
    params: approvalParameters,
    body,
    response: { 200: wireApprovalSchema, 404: errorSchema, 409: errorSchema },
  },
}
