import { type Connection, statement } from './connect.ts'
import type { BilledStore } from './store.ts'
import { number, type SpanRow, text } from './stored.ts'

const sql = { hours: statement('billed-hours'), page: statement('billed') }
const PAGE = 5000
const BUCKET_MS = 600_000

/** Calls as pricing needs them, from their rows. */
export function createBilled(reading: Connection): BilledStore {
  return {
    async billedHours(sinceMs) {
      const params = { sinceMs, fromBucket: Math.floor(sinceMs / BUCKET_MS) }
      const rows = await reading.rows<{ hour: number }>(sql.hours, params)
      return rows.map(({ hour }) => hour)
    },
    async billed(hour, sinceMs, after) {
      const rows = await reading.rows<SpanRow>(sql.page, {
        hour,
        sinceMs,
        afterTrace: after?.traceId ?? '',
        afterSpan: after?.spanId ?? '',
        afterTenant: after?.tenantId ?? '',
        limit: PAGE,
      })
      return rows.map((row) => ({
        tenantId: text(row.tenant),
        traceId: row.trace_id,
        spanId: row.span_id,
        kind: row.kind,
        startNs: BigInt(row.start_ns),
        provider: text(row.provider),
        requestModel: text(row.request_model),
        responseModel: text(row.response_model),
        inputTokens: number(row.input_tokens),
        outputTokens: number(row.output_tokens),
        cacheReadTokens: number(row.cache_read_tokens),
        cacheWriteTokens: number(row.cache_write_tokens),
        reasoningTokens: number(row.reasoning_tokens),
        costNano: number(row.cost_nano),
        costSource: row.cost_source === 'priced' ? 'priced' : 'unpriced',
        priceVersion: text(row.price_version),
        counted: row.counted,
      }))
    },
  }
}
