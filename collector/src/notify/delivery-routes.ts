/** What became of notices: `/api/alerts/dead`, and a test of a route. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { OutriderError } from '../errors.ts'
import type { Notifier } from './notifier.ts'
import type { DeadLetter } from './outbox.ts'

export interface DeliveryRouteParts {
  readonly notifier: Pick<Notifier, 'dead' | 'revive' | 'drop'>
  /** Sends a test to a route. `false`: there is none of this name. */
  readonly test: (route: string) => Promise<boolean>
  /** The tenant that the caller's key is bound to, which sees none of this; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
  readonly now: () => number
}

interface Named {
  readonly Params: { readonly id: string }
}

export function deliveryRoutes({ notifier, test, tenantOf, now }: DeliveryRouteParts): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const admin = { scope: 'admin' } as const

    app.get('/api/alerts/dead', { config: { scope: 'read' }, schema: deadSchema }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return { dead: tenantOf(request) === null ? notifier.dead().map(letterJson) : [] }
    })
    app.post<Named>('/api/alerts/dead/:id', { config: admin, schema: reviveSchema }, async (request, reply) => {
      if (!notifier.revive(idOf(request.params), now())) throw unknownNotice()
      return reply.code(202).send({})
    })
    app.delete<Named>('/api/alerts/dead/:id', { config: admin, schema: dropSchema }, async (request, reply) => {
      if (!notifier.drop(idOf(request.params))) throw unknownNotice()
      return reply.code(204).send()
    })
    app.post('/api/alerts/test', { config: admin, schema: testSchema }, async (request) => {
      const { route } = (request.body ?? {}) as { route?: unknown }
      if (typeof route !== 'string')
        throw new OutriderError('OUT_FIELD_INVALID', 'route is no name.', { field: 'route' })
      let known: boolean
      try {
        known = await test(route)
      } catch (cause) {
        return { delivered: false, why: cause instanceof Error ? cause.message : 'It failed.' }
      }
      if (!known) throw new OutriderError('OUT_FIELD_INVALID', `There is no route ${route}.`, { field: 'route' })
      return { delivered: true }
    })
  }
}

/** `-1`, which none has, for what is no number. */
const idOf = ({ id }: Named['Params']): number => (/^\d{1,15}$/.test(id) ? Number(id) : -1)
const unknownNotice = () =>
  new OutriderError('OUT_NOTICE_UNKNOWN', 'There is no dead letter of this id.', { field: 'id' })

const letterJson = ({ notice, ...letter }: DeadLetter) => ({
  ...letter,
  time: new Date(notice.timeMs).toISOString(),
  texts: notice.alerts.map(({ text }) => text),
})

const tags = ['alerts']
const deadSchema = { summary: 'Notices that were given up, the newest first; 1000 of each route are kept.', tags }
const reviveSchema = { summary: 'Sends a dead letter again.', tags }
const dropSchema = { summary: 'Throws a dead letter away.', tags }
const testSchema = { summary: 'Sends a test to a route of `alerts.notify`, at once.', tags }
