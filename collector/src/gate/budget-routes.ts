/** `/api/budgets`, `/api/audit`, `/api/decisions`: what is held and spent, who changed what, what was answered. */
import { usdFromNano } from '@outrider/policies'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import { instantForm, instantMs } from '../instant.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { budgetSchema, budgetText, money, ruleName } from '../rules.ts'
import { jsonSchema, parse } from './body.ts'
import { budgetList } from './budget-list.ts'
import { errorSchema, list, record, text, wireBudgetSchema, wireDecisionSchema } from './documentation.ts'
import { takeOptionalJson } from './optional-body.ts'
import type { Edit, Rulebook } from './rulebook.ts'
import { wireDecisions } from './wire-decision.ts'

export interface BudgetRouteParts {
  readonly ledger: Ledger
  readonly rulebook: Rulebook
  /** Takes what was changed at run time into the rules, and frees what has room again. */
  changed(): Promise<void>
  tenantOf(request: FastifyRequest): string | null
  /** Milliseconds since 1970. */
  now(): number
}

const who = {
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
    .meta({ description: 'Why.', example: 'month end' }),
}

const putSchema = z.looseObject({
  ...who,
  limitUsd: money.meta({ description: 'The limit.', example: 75 }),
  until: z
    .union([z.string(), z.number()], 'is neither text nor a number')
    .transform((given, context) => {
      const ms = instantMs(String(given))
      if (ms !== undefined) return ms
      context.addIssue({ code: 'custom', message: instantForm })
      return z.NEVER
    })
    .optional()
    .meta({ description: 'When the limit falls back: a temporary extension.', example: '2026-12-01T00:00:00Z' }),
})
const deleteSchema = z.strictObject(who)

interface Named {
  Params: { readonly name: string }
}

export function budgetRoutes(parts: BudgetRouteParts): FastifyPluginAsync {
  const { ledger, rulebook, tenantOf, now } = parts

  async function write(name: string, edit: Edit | null, said: { by: string; reason: string }): Promise<void> {
    const at = now()
    const before = rulebook.at(at).budgets.find((budget) => budget.name === name)
    await ledger.setRule(name, edit === null ? null : JSON.stringify(edit), {
      at,
      ...said,
      action: edit === null ? 'budget.reset' : before === undefined ? 'budget.created' : 'budget.changed',
      target: name,
      before: before === undefined ? null : { ...budgetText(before), until: rulebook.edit(name)?.until ?? null },
      after: edit,
    })
    await parts.changed()
  }

  function answer(name: string) {
    const budget = rulebook.at(now()).budgets.find((each) => each.name === name)
    const until = rulebook.edit(name)?.until ?? null
    const limitUsd = budget === undefined ? null : usdFromNano(budget.limit)
    return {
      name,
      limitUsd,
      until: until === null ? null : new Date(until).toISOString(),
      rule: budget === undefined ? null : budgetText(budget),
      version: rulebook.at(now()).version,
    }
  }

  return async (app) => {
    takeOptionalJson(app)
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const read = { scope: 'read' } as const
    const admin = { scope: 'admin' } as const
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })

    app.get('/api/budgets', { config: read, schema: listDoc }, async (request) => {
      return budgetList(rulebook.at(now()), await ledger.accounts(), tenantOf(request), now())
    })

    app.put<Named>('/api/budgets/:name', { config: admin, schema: putDoc }, async (request) => {
      refuseTenants(tenantOf(request))
      const name = nameOf(request.params.name)
      const { by, reason, limitUsd, until, ...rule } = parse(putSchema, request.body)
      const at = now()
      if (until !== undefined && until <= at) {
        throw new OutriderError('OUT_FIELD_INVALID', '`until` is over already.', { field: 'until' })
      }
      const known = rulebook.at(at).budgets.find((budget) => budget.name === name)
      const whole = 'scope' in rule
      if (!whole && known === undefined) {
        throw new OutriderError('OUT_BUDGET_UNKNOWN', `There is no budget ${name}.`, { field: 'name' })
      }
      // without a scope nothing but the limit can change
      const checked = whole
        ? parse(budgetSchema, { ...rule, name, limitUsd: usdFromNano(limitUsd) })
        : parse(z.strictObject({}), rule) && null
      const before = rulebook.edit(name)
      await write(
        name,
        {
          rule: checked === null ? (before?.rule ?? null) : budgetText(checked),
          limitUsd: usdFromNano(limitUsd),
          until: until ?? null,
        },
        { by: by ?? request.caller?.name ?? 'someone', reason },
      )
      return answer(name)
    })

    app.delete<Named>('/api/budgets/:name', { config: admin, schema: deleteDoc }, async (request) => {
      refuseTenants(tenantOf(request))
      const name = nameOf(request.params.name)
      const { by, reason } = parse(deleteSchema, request.body ?? {})
      if (rulebook.edit(name) === undefined) {
        const message = `Budget ${name} was not changed at run time; the file is edited where it is.`
        throw new OutriderError('OUT_BUDGET_UNKNOWN', message, { field: 'name' })
      }
      await write(name, null, { by: by ?? request.caller?.name ?? 'someone', reason })
      return answer(name)
    })

    app.get('/api/audit', { config: read, schema: auditDoc }, async (request) => {
      refuseTenants(tenantOf(request))
      const entries = await ledger.audit(limitOf(request.query))
      return { entries: entries.map(({ at, ...entry }) => ({ time: new Date(at).toISOString(), ...entry })) }
    })

    app.get('/api/decisions', { config: read, schema: decisionsDoc }, async (request) => {
      const answered = await ledger.answered({ tenantId: tenantOf(request), limit: limitOf(request.query) })
      return { decisions: await wireDecisions(ledger, answered) }
    })
  }
}

/** Rules and their history are the operator's. */
function refuseTenants(tenant: string | null): void {
  if (tenant === null) return
  const message = 'A key that is bound to a tenant neither changes rules nor reads their history.'
  throw new OutriderError('OUT_SCOPE_MISSING', message, { field: 'authorization' })
}

function nameOf(given: string): string {
  const parsed = ruleName.safeParse(given)
  if (parsed.success) return parsed.data
  throw new OutriderError('OUT_FIELD_INVALID', `\`name\` ${parsed.error.issues[0]?.message}.`, { field: 'name' })
}

const querySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 1000)
    .default(100),
})

function limitOf(query: unknown): number {
  const parsed = querySchema.safeParse(query)
  if (parsed.success) return parsed.data.limit
  const [issue] = parsed.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const message =
    unknown === undefined
      ? '`limit` is not a number from 1 to 1000.'
      : `\`${unknown.slice(0, 64)}\` is not a parameter.`
  throw new OutriderError('OUT_QUERY_INVALID', message, { field: unknown?.slice(0, 64) ?? 'limit' })
}

const limit = { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'Newest first.', example: 50 }
const querystring = { type: 'object', properties: { limit } }
const params = {
  type: 'object',
  properties: { name: { type: 'string', description: 'The budget.', example: 'team-day' } },
  required: ['name'],
}
const changed = record({
  name: text('The budget.'),
  limitUsd: { type: ['number', 'null'], description: 'USD; null when the budget is gone.' },
  until: { type: ['string', 'null'], description: 'ISO 8601: when the limit falls back.' },
  rule: { type: ['object', 'null'], description: 'As in the configuration, with the limit of now.' },
  version: text('Version of the rules from now on.'),
})

const listDoc = {
  summary: 'Budgets and their accounts: limit, spent, held, by key and window.',
  tags: ['budgets'],
  response: { 200: list(wireBudgetSchema, 'By rule; of each the dearest key first.') },
}
const putDoc = {
  summary: 'Changes the limit of a budget, for a time or for good; with `scope` the whole rule, also a new one.',
  description: 'Takes effect before it is answered, survives a restart, and stands in the audit.',
  tags: ['budgets'],
  params,
  body: { ...jsonSchema(putSchema), example: { limitUsd: 75, by: 'dana', reason: 'month end' } },
  response: { 200: changed, 400: errorSchema, 404: errorSchema, 503: errorSchema },
}
const deleteDoc = {
  summary: "Takes back what was changed at run time: the file's word stands again.",
  tags: ['budgets'],
  params,
  response: { 200: changed, 404: errorSchema, 503: errorSchema },
}
const auditDoc = {
  summary: 'Who changed which budget or switch, when, from what to what.',
  tags: ['budgets'],
  querystring,
  response: {
    200: record({
      entries: list(
        record({
          time: text('ISO 8601.'),
          by: text('Who.'),
          action: text('E.g. `budget.changed`, `switch.held`.'),
          target: text('Of what.'),
          reason: text('Why.'),
          before: { description: 'As it was.' },
          after: { description: 'As it is since.' },
        }),
        'Newest first.',
      ),
    }),
    400: errorSchema,
  },
}
const decisionsDoc = {
  summary: 'What the gate answered, newest first.',
  tags: ['gate'],
  querystring,
  response: { 200: record({ decisions: list(wireDecisionSchema, 'Newest first.') }), 400: errorSchema },
}
