import { type Connection, statement } from './connect.ts'
import { tenantParams } from './runs.ts'
import type { Arrival, ArrivalStore } from './store.ts'

const sql = statement('arrivals')
const MAX_WARNINGS = 20

interface Row {
  readonly dialect: string
  readonly scope_name: string
  readonly scope_version: string
  readonly spans: string
  readonly llm_calls: string
  readonly failed_calls: string
  readonly without_usage: string
  readonly without_model: string
  readonly streams: string
  readonly streams_without_usage: string
  readonly unpriced_calls: string
  readonly last_seen_ms: string
  /** Names and how often each, in step. */
  readonly warning_counts: readonly [readonly string[], readonly string[]]
}

/** Which dialects and instrumentations are arriving, and what is missing in what they tell. */
export function createArrivals(reading: Connection): ArrivalStore {
  return {
    async arrivals(tenant, sinceMs) {
      const rows = await reading.rows<Row>(sql, { ...tenantParams(tenant), sinceMs })
      return rows.map(arrivalOf)
    },
  }
}

function arrivalOf(row: Row): Arrival {
  const [names, counts] = row.warning_counts
  const warnings = names.map((name, i) => ({ name, spans: Number(counts[i]) }))
  return {
    dialect: row.dialect,
    scope: { name: row.scope_name, version: row.scope_version },
    spans: Number(row.spans),
    llmCalls: Number(row.llm_calls),
    failedCalls: Number(row.failed_calls),
    withoutUsage: Number(row.without_usage),
    withoutModel: Number(row.without_model),
    streams: Number(row.streams),
    streamsWithoutUsage: Number(row.streams_without_usage),
    unpricedCalls: Number(row.unpriced_calls),
    lastSeenMs: Number(row.last_seen_ms),
    warnings: warnings.sort((a, b) => b.spans - a.spans || (a.name < b.name ? -1 : 1)).slice(0, MAX_WARNINGS),
  }
}
