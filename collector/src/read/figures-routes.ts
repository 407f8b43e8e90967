/** `GET /api/spend`, `/api/agents`, `/api/workflows` and `/api/dialects`: what is added up over many runs. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { AgentStore } from '../store/agent-store.ts'
import type { ArrivalStore, SpendStore } from '../store/store.ts'
import type { WorkflowStore } from '../store/workflow-store.ts'
import { agentsJson, agentsSchema } from './agents-answer.ts'
import { parseAgentsQuery } from './agents-query.ts'
import { dialectsJson, dialectsSchema, type LosesOf } from './dialects-answer.ts'
import { spendJson, spendSchema } from './spend-answer.ts'
import { parseSpendQuery } from './spend-query.ts'
import { workflowsJson, workflowsSchema } from './workflows-answer.ts'
import { parseWorkflowsQuery } from './workflows-query.ts'

export interface FiguresParts {
  readonly store: SpendStore & ArrivalStore & AgentStore & WorkflowStore
  /** The tenant that the caller's key is bound to; `null` sees all. */
  tenantOf(request: FastifyRequest): string | null
  readonly losesOf: LosesOf
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

const DAY_MS = 86_400_000

export function figuresRoutes({ store, tenantOf, losesOf, now = Date.now }: FiguresParts): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const config = { scope: 'read' } as const

    app.get('/api/spend', { config, schema: spendSchema }, async (request) => {
      const query = parseSpendQuery(request.query, now())
      return spendJson(query, await store.spend(tenantOf(request), query))
    })

    app.get('/api/agents', { config, schema: agentsSchema }, async (request) => {
      const query = parseAgentsQuery(request.query, now())
      return agentsJson(query, await store.agents(tenantOf(request), query))
    })

    app.get('/api/workflows', { config, schema: workflowsSchema }, async (request) => {
      const query = parseWorkflowsQuery(request.query, now())
      return workflowsJson(query, await store.workflows(tenantOf(request), query))
    })

    app.get('/api/dialects', { config, schema: dialectsSchema }, async (request) => {
      const sinceMs = now() - DAY_MS
      return dialectsJson(sinceMs, await store.arrivals(tenantOf(request), sinceMs), losesOf)
    })
  }
}
