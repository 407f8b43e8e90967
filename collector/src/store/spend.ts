/**
 * Sums of money and tokens, each span once: exact however often it was sent. The start is in the key of `spans`, so a span sent
 * again with another start is two rows for good, and only the later counts. Rejected: a key without the start (runs would scatter,
 * and old data would have to be rewritten); looking for an earlier row at every write. `billed` and `arrivals` do not look.
 */
import { type Connection, composed } from './connect.ts'
import { createLive } from './live.ts'
import { tenantParams } from './runs.ts'
import type { Spend, SpendQuery, SpendRow, SpendStore } from './store.ts'
import { number, text } from './stored.ts'

const sql = composed('spend')
/** Columns by what a caller may ask for. */
const keyOf = {
  model: 'model',
  agent: 'agent',
  workflow: 'workflow',
  user: 'user_id',
  tenant: 'tenant',
  day: 'day',
  provider: 'provider',
} as const satisfies Record<SpendQuery['by'], string>
const MAX_ROWS = 10_000
const MAX_UNPRICED = 1000
const BUCKET_MS = 600_000
const HOUR_MS = 3_600_000
const WEEK_HOURS = 168
const LAST_BUCKET = 2 ** 32 - 1
/** The last millisecond that the start's column holds. */
const LAST_MS = 9_223_372_036_854

/** Of one key, or of one model that has no price: then of all its calls, whatever they are. Numbers are texts. */
type Row = readonly [
  key: string,
  provider: string,
  model: string,
  calls: string,
  inputTokens: string,
  outputTokens: string,
  costNano: string | null,
  unpricedCalls: string,
  lastSeenMs: string,
]

interface Rows {
  /** 1: rows of keys; 0: of models without a price. */
  readonly is_key: number
  readonly total_nano: string | null
  readonly rows: readonly Row[]
}

export function createSpend(reading: Connection): SpendStore {
  const liveOf = createLive(reading, 'live-spend')
  return {
    async spend(tenant, { fromMs, toMs, by }) {
      const window = { fromMs: Math.min(fromMs, LAST_MS), toMs: Math.min(toMs, LAST_MS) }
      const { params, place } = await liveOf({
        ...tenantParams(tenant),
        ...window,
        // all of what came of a run is asked for, not of the window alone
        firstHour: Math.max(0, Math.floor(window.fromMs / HOUR_MS) - WEEK_HOURS),
        fromBucket: Math.floor(window.fromMs / BUCKET_MS),
        toBucket: Math.min(LAST_BUCKET, Math.floor(window.toMs / BUCKET_MS)),
      })
      const told = await reading.rows<Rows>(place(sql).replaceAll('{{KEY}}', keyOf[by]), {
        ...params,
        by,
        rows: MAX_ROWS,
      })
      const keys = told.find(({ is_key }) => is_key)
      const models = told.find(({ is_key }) => !is_key)
      return {
        rows: (keys?.rows ?? []).map(rowOf),
        unpriced: (models?.rows ?? []).slice(0, MAX_UNPRICED).map(modelOf),
        totalNano: number(keys?.total_nano ?? null),
      }
    },
  }
}

function rowOf([key, , , calls, inputTokens, outputTokens, costNano, unpricedCalls]: Row): SpendRow {
  return {
    key: text(key),
    calls: Number(calls),
    inputTokens: Number(inputTokens),
    outputTokens: Number(outputTokens),
    costNano: number(costNano),
    unpricedCalls: Number(unpricedCalls),
  }
}

function modelOf([
  ,
  provider,
  model,
  calls,
  inputTokens,
  outputTokens,
  ,
  ,
  lastSeenMs,
]: Row): Spend['unpriced'][number] {
  return {
    provider: text(provider),
    model: text(model),
    calls: Number(calls),
    inputTokens: Number(inputTokens),
    outputTokens: Number(outputTokens),
    lastSeenMs: Number(lastSeenMs),
  }
}
