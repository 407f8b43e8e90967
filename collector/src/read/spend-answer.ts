/** `GET /api/spend`: what money and tokens went into, and what has no price. */
import { usdFromNano } from '@outrider/policies'
import type { Spend, SpendQuery } from '../store/store.ts'
import { spendQueryJsonSchema } from './spend-query.ts'

export function spendJson({ fromMs, toMs, by }: SpendQuery, { rows, unpriced, totalNano }: Spend) {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    by,
    rows: rows.map(({ costNano, ...row }) => ({ ...row, costUsd: usdOrNull(costNano) })),
    unpriced: unpriced.map(({ lastSeenMs, ...row }) => ({ ...row, lastSeen: new Date(lastSeenMs).toISOString() })),
    totalUsd: usdOrNull(totalNano),
  }
}

const usdOrNull = (nano: number | null): number | null => (nano === null ? null : usdFromNano(nano))

const text = { type: 'string' }
const maybeText = { type: ['string', 'null'] }
const count = { type: 'integer' }
const usd = { type: ['number', 'null'], description: 'USD; null when nothing has a price.' }
const tokens = {
  inputTokens: { ...count, description: 'Of models and embeddings; cache included.' },
  outputTokens: { ...count, description: 'Reasoning included.' },
}
const record = (properties: Readonly<Record<string, unknown>>) => {
  return { type: 'object', properties, required: Object.keys(properties) }
}

export const spendSchema = {
  summary: 'Money and tokens, by model, agent, workflow, user, tenant, day or provider.',
  description: 'Each call once, however often and by how many instrumentations it was told. Unpriced calls are listed.',
  tags: ['spend'],
  querystring: spendQueryJsonSchema,
  response: {
    200: record({
      from: text,
      to: text,
      by: text,
      rows: {
        type: 'array',
        description: 'Dearest first, days in order; 10,000 at most.',
        items: record({
          key: { ...maybeText, description: 'Null where it is not told.' },
          calls: { ...count, description: 'Model and embedding calls.' },
          ...tokens,
          unpricedCalls: { ...count, description: 'Their money is missing from `costUsd`.' },
          costUsd: usd,
        }),
      },
      unpriced: {
        type: 'array',
        description: 'Models whose price is not known. Add them to `prices:` and run `outrider reprice`.',
        items: record({ provider: maybeText, model: maybeText, calls: count, ...tokens, lastSeen: text }),
      },
      totalUsd: usd,
    }),
  },
}
