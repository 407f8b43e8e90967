/** Sums of money and tokens from the spans themselves, each once: exact however often they were sent. */
import { type Connection, statement } from './connect.ts'
import { tenantParams } from './runs.ts'
import type { SpendRow, SpendStore } from './store.ts'
import { number, text } from './stored.ts'

const sql = { rows: statement('spend'), unpriced: statement('unpriced') }
const MAX_ROWS = 10_000
const BUCKET_MS = 600_000
const LAST_BUCKET = 2 ** 32 - 1
/** The last millisecond that the start's column holds. */
const LAST_MS = 9_223_372_036_854

interface Row {
  readonly key: string
  readonly calls: string
  readonly input_tokens: string
  readonly output_tokens: string
  readonly cost_nano: string | null
  readonly unpriced_calls: string
}

interface UnpricedRow extends Omit<Row, 'key' | 'cost_nano' | 'unpriced_calls'> {
  readonly provider: string
  readonly model: string
  readonly last_seen_ms: string
}

export function createSpend(reading: Connection): SpendStore {
  return {
    async spend(tenant, { fromMs, toMs, by }) {
      const window = { fromMs: Math.min(fromMs, LAST_MS), toMs: Math.min(toMs, LAST_MS) }
      const params = {
        ...tenantParams(tenant),
        ...window,
        fromBucket: Math.floor(window.fromMs / BUCKET_MS),
        toBucket: Math.min(LAST_BUCKET, Math.floor(window.toMs / BUCKET_MS)),
      }
      const [found, unpriced] = await Promise.all([
        reading.rows<Row>(sql.rows, { ...params, by }),
        reading.rows<UnpricedRow>(sql.unpriced, params),
      ])
      const rows = found.map(rowOf).sort(by === 'day' ? byKey : byCost)
      const costs = rows.flatMap(({ costNano }) => (costNano === null ? [] : [costNano]))
      return {
        rows: rows.slice(0, MAX_ROWS),
        unpriced: unpriced.map((row) => ({
          provider: text(row.provider),
          model: text(row.model),
          calls: Number(row.calls),
          inputTokens: Number(row.input_tokens),
          outputTokens: Number(row.output_tokens),
          lastSeenMs: Number(row.last_seen_ms),
        })),
        totalNano: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
      }
    },
  }
}

const rowOf = (row: Row): SpendRow => ({
  key: text(row.key),
  calls: Number(row.calls),
  inputTokens: Number(row.input_tokens),
  outputTokens: Number(row.output_tokens),
  costNano: number(row.cost_nano),
  unpricedCalls: Number(row.unpriced_calls),
})

const byKey = (a: SpendRow, b: SpendRow): number => ((a.key ?? '') < (b.key ?? '') ? -1 : 1)
const byCost = (a: SpendRow, b: SpendRow): number => {
  return (b.costNano ?? 0) - (a.costNano ?? 0) || b.calls - a.calls || byKey(a, b)
}
