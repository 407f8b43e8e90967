/** `POST /api/guards/replay`: another policy over stored runs. Knows the question and the answer; see replay.ts. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { fieldRefusal } from '../field-refusal.ts'
import type { GuardSettings, LoadedPolicy } from '../guard-policy.ts'
import { instantForm, instantMs } from '../instant.ts'
import { type ReplayParts, replay } from './replay.ts'

export interface ReplayRouteParts extends ReplayParts {
  /** Packs that may be named: a path would be read from this machine. */
  readonly names: readonly string[]
  load(settings: GuardSettings): LoadedPolicy
  /** The tenant that the caller's key is bound to; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
}

const instant = z
  .union([z.string(), z.number()], 'is missing, or neither text nor a number')
  .transform((given, context) => {
    const ms = instantMs(String(given))
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: instantForm })
    return z.NEVER
  })
const schema = z.strictObject({
  from: instant.meta({ description: 'Runs that started at or after: ISO 8601 with a zone, or ms since 1970.' }),
  to: instant.optional().meta({ description: 'Runs that started before. Default: now.' }),
  packs: z.array(z.string()).default([]).meta({ description: 'Packs that come with Outrider, by name.' }),
  pack: z.record(z.string(), z.unknown()).default({}).meta({ description: 'A pack of your own; it comes last.' }),
  cursor: z.string().optional().meta({ description: "An earlier answer's `next`, unchanged." }),
})

export function replayRoutes({ names, load, tenantOf, ...parts }: ReplayRouteParts): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    app.post('/api/guards/replay', { config: { scope: 'read' }, schema: documentation }, async (request) => {
      const parsed = schema.safeParse(request.body)
      if (!parsed.success) throw fieldRefusal(parsed.error, request.body)
      const { from, to = Date.now(), packs, pack, cursor } = parsed.data
      const { name = packs.join('+'), description: _, shadow: __, ...own } = pack
      refuseUnknown(packs, typeof own.extends === 'string' ? own.extends : null)
      const settings: GuardSettings = { ...own, packs }
      const loaded = load(settings)
      if (!loaded.ok) {
        const why = loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
        throw new OutriderError('OUT_FIELD_INVALID', `\`pack\` cannot be used. ${why}`, { field: 'pack' })
      }
      const { policy } = loaded
      const query = { policy, settings, fromMs: from, toMs: to, ...(cursor === undefined ? {} : { cursor }) }
      return { policy: name, policyVersion: policy.version, ...(await replay(parts, tenantOf(request), query)) }
    })
  }

  function refuseUnknown(packs: readonly string[], base: string | null): void {
    const unknown = [...packs, ...(base === null ? [] : [base])].find((name) => !names.includes(name))
    if (unknown === undefined) return
    const message = `\`packs\`: ${unknown.slice(0, 64)} is none of ${names.join(', ')}; send packs of your own as \`pack\`.`
    throw new OutriderError('OUT_FIELD_INVALID', message, { field: 'packs' })
  }
}

const count = (description: string) => ({ type: 'integer', minimum: 0, description })
const documentation = {
  summary: 'What another policy would have said of stored runs. Changes nothing.',
  description:
    'Texts are read as they are kept: `kept` says what the content mode took away. Of personal data and secrets that were hidden, what was found on arrival is judged. One answer takes about 20 s: where `next` is set, ask again with it as `cursor`, and add up.',
  tags: ['guards'],
  body: {
    ...z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }),
    example: { from: '2026-11-01T00:00:00Z', packs: ['strict'] },
  },
  response: {
    200: {
      type: 'object',
      properties: {
        policy: { type: 'string' },
        policyVersion: { type: 'string', description: 'Hash of its content.' },
        next: { type: ['string', 'null'] },
        runs: count('Runs that were read.'),
        spans: count('Their spans.'),
        texts: count('Their texts.'),
        runsBy: { type: 'object', description: 'Runs by the strictest: `{flag, redact, ask, block}`.' },
        rules: {
          type: 'array',
          items: { type: 'object' },
          description: '`{rule, guard, findings, runs, by, falseAlarms, right, examples}`, most findings first.',
        },
        kept: { type: 'object', description: 'Spans `redacted`, `without` texts, `cut`; texts `unread`.' },
      },
    },
    400: { type: 'object', properties: { error: { type: 'object' } } },
  },
}
