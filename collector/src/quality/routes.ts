/**
 * `POST /api/scores` and `POST /api/outcomes`: what evaluators and people say of runs. Knows the bodies; refuses to know
 * how they are stored, what of a text may be kept, and who is asking (the tenant is handed in).
 */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { QualityStore } from '../store/store.ts'
import { outcomeJsonSchema, parseOutcomes, parseScores, scoreJsonSchema } from './body.ts'

export interface QualityParts {
  readonly store: QualityStore
  /** The tenant that the caller's key is bound to; what it says is that tenant's. */
  tenantOf(request: FastifyRequest): string | null
  /** What of a text may be kept. */
  redact(text: string): string | null
}

const stored = {
  type: 'object',
  properties: { stored: { type: 'integer', description: 'How many were taken; they are stored now.' } },
  required: ['stored'],
}

export function qualityRoutes({ store, tenantOf, redact }: QualityParts): FastifyPluginAsync {
  const allowed = (text: string | null) => (text === null ? null : redact(text))
  return async (app) => {
    // the schemas document; bodies are parsed by body.ts
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => (value) => JSON.stringify(value))
    const config = { scope: 'ingest' } as const

    app.post('/api/scores', { config, schema: scoresSchema }, async (request) => {
      const scores = parseScores(request.body, tenantOf(request))
      await store.writeScores(scores.map((score) => ({ ...score, explanation: allowed(score.explanation) })))
      return { stored: scores.length }
    })

    app.post('/api/outcomes', { config, schema: outcomesSchema }, async (request) => {
      const outcomes = parseOutcomes(request.body, tenantOf(request))
      await store.writeOutcomes(outcomes.map((outcome) => ({ ...outcome, reason: allowed(outcome.reason) })))
      return { stored: outcomes.length }
    })
  }
}

const oneOrMany = (one: object) => ({ anyOf: [one, { type: 'array', items: one, maxItems: 1000 }] })

const scoresSchema = {
  summary: 'Scores of runs and spans.',
  description:
    'One or a list. The same name, span and source again replaces. Scores may come before the spans. A wrong field answers 400 and names it, and nothing of the request is taken.',
  tags: ['quality'],
  body: oneOrMany(scoreJsonSchema),
  response: { 200: stored },
}

const outcomesSchema = {
  summary: 'How runs ended for whoever asked for them.',
  description: 'One or a list. The latest word on a run wins, also over what its spans tell.',
  tags: ['quality'],
  body: oneOrMany(outcomeJsonSchema),
  response: { 200: stored },
}
