/** `/api/switches`: people stop and free what runs. A change is journaled before it is answered, and pushed at once. */
import { SCOPES, type Scope } from '@outrider/policies'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OutriderError } from '../errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { jsonSchema, parse } from './body.ts'
import { errorSchema, list, record, switchParameters, wireSwitchSchema } from './documentation.ts'
import { takeOptionalJson } from './optional-body.ts'
import { isVisible, wireSwitch } from './wire-switch.ts'

export interface SwitchRouteParts {
  readonly ledger: Pick<Ledger, 'switches' | 'setSwitch' | 'freeSwitch'>
  /** The tenant that the caller's key is bound to; it stops and frees only its own. */
  tenantOf(request: FastifyRequest): string | null
  /** Milliseconds since 1970. */
  now(): number
}

const said = {
  reason: z.string('is not a text').max(1000, 'is longer than 1000 characters').default(''),
  by: z.string('is not a text').min(1, 'is empty').max(128, 'is longer than 128 characters').optional(),
}
const bodySchema = z.strictObject({
  reason: said.reason.meta({ description: 'Why; those who are stopped read it.', example: 'loops over one order' }),
  by: said.by.meta({ description: "Who; the key's name unless given.", example: 'dana' }),
})

interface Target {
  Params: { readonly scope: string; readonly name: string }
}

export function switchRoutes({ ledger, tenantOf, now }: SwitchRouteParts): FastifyPluginAsync {
  return async (app) => {
    takeOptionalJson(app)
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const admin = { scope: 'admin' } as const

    app.get('/api/switches', { config: { scope: 'read' }, schema: listSchema }, async (request) => {
      const tenant = tenantOf(request)
      return {
        switches: ledger
          .switches()
          .filter((stop) => isVisible(stop, tenant))
          .map(wireSwitch),
      }
    })

    app.put<Target>('/api/switches/:scope/:name', { config: admin, schema: putSchema }, async (request) => {
      const target = targetOf(request.params)
      const { reason, by } = parse(bodySchema, request.body ?? {})
      const stands = await ledger.setSwitch({
        ...target,
        state: 'held',
        reason,
        by: by ?? request.caller?.name ?? 'someone',
        since: now(),
        until: null,
        tenantId: tenantOf(request),
      })
      return wireSwitch(stands)
    })

    app.delete<Target>('/api/switches/:scope/:name', { config: admin, schema: deleteSchema }, async (request) => {
      const target = targetOf(request.params)
      const { reason, by } = parse(bodySchema, request.body ?? {})
      const tenant = tenantOf(request)
      const who = { by: by ?? request.caller?.name ?? 'someone', reason, machine: false }
      const stops = ledger.switches().filter(({ scope, name, tenantId }) => {
        return scope === target.scope && name === target.name && (tenant === null || tenantId === tenant)
      })
      const freed = await Promise.all(stops.map((stop) => ledger.freeSwitch(stop, who)))
      if (freed.includes(true)) return { ...target, state: 'freed' }
      throw new OutriderError('OUT_SWITCH_UNKNOWN', `Nothing stops ${target.scope}/${target.name}.`, { field: 'name' })
    })
  }
}

function targetOf({ scope, name }: Target['Params']): { readonly scope: Scope; readonly name: string } {
  const known = SCOPES.find((each) => each === scope)
  if (known === undefined) {
    throw new OutriderError('OUT_SCOPE_UNKNOWN', `'${scope.slice(0, 64)}' is not a scope.`, { field: 'scope' })
  }
  if (known === 'global' && name !== 'all') {
    throw new OutriderError('OUT_SCOPE_UNKNOWN', "The only name of the scope global is 'all'.", { field: 'name' })
  }
  return { scope: known, name: known === 'run' ? name.toLowerCase() : name }
}

const body = { ...jsonSchema(bodySchema), example: { reason: 'loops over one order', by: 'dana' } }

const listSchema = {
  summary: 'Switches that stand: what is stopped, since when, by whom and why.',
  tags: ['switches'],
  response: { 200: record({ switches: list(wireSwitchSchema, 'In no order.') }) },
}

const putSchema = {
  summary: 'Stops everything of one name: nothing is granted once this is answered.',
  description: 'Calls in flight are told over `GET /v1/gate/stream`. Only a person frees what a person stopped.',
  tags: ['switches'],
  params: switchParameters,
  body,
  response: { 200: wireSwitchSchema, 404: errorSchema, 503: errorSchema },
}

const deleteSchema = {
  summary: 'Frees it.',
  tags: ['switches'],
  params: switchParameters,
  response: {
    200: record({
      scope: { enum: SCOPES },
      name: { type: 'string', description: 'Which one.' },
      state: { enum: ['freed'], description: 'Now.' },
    }),
    404: errorSchema,
    503: errorSchema,
  },
}
