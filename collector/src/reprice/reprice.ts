/** Prices stored calls again with today's table and configuration, hour by hour. What a library reported is left alone. */
import type { AmendStore, Billed, BilledPlace, BilledStore, Change } from '../store/store.ts'

export interface RepriceParts {
  readonly store: BilledStore & AmendStore
  /** As new calls are priced. */
  price(call: Billed): Billed
  /** Milliseconds that never go back. @default performance.now */
  now?(): number
}

export interface RepriceQuery {
  /** Calls that started at or after, ms since 1970. */
  readonly sinceMs: number
  /** Nothing is written. */
  readonly dryRun: boolean
}

export interface Repriced {
  /** Where to go on, ms since 1970, when the time for one answer was over; `null` when all is done. */
  readonly nextMs: number | null
  readonly looked: number
  readonly changed: number
  /** Of the counted calls that were looked at. */
  readonly beforeNano: number
  readonly afterNano: number
  /** Counted calls that stay without a price, most first. */
  readonly unpriced: readonly {
    readonly provider: string | null
    readonly model: string | null
    readonly calls: number
  }[]
}

const HOUR_MS = 3_600_000
/** One answer takes about so long; an hour of calls is always done whole. */
const PATIENCE_MS = 20_000

/** Idempotent: what has today's price already is left alone. Rejects as the store does; what was changed stays changed. */
export async function reprice(
  { store, price, now = () => performance.now() }: RepriceParts,
  { sinceMs, dryRun }: RepriceQuery,
): Promise<Repriced> {
  const began = now()
  const total = { looked: 0, changed: 0, beforeNano: 0, afterNano: 0 }
  const unpriced = new Map<string, { provider: string | null; model: string | null; calls: number }>()

  function look(call: Billed): Change | null {
    const before = { costNano: call.costNano, costSource: call.costSource, priceVersion: call.priceVersion }
    const { costNano, costSource, priceVersion } = price({
      ...call,
      costNano: null,
      costSource: null,
      priceVersion: null,
    })
    total.looked += 1
    if (call.counted) {
      total.beforeNano += before.costNano ?? 0
      total.afterNano += costNano ?? 0
      if (costSource === 'unpriced') {
        const model = call.responseModel ?? call.requestModel
        const key = JSON.stringify([call.provider, model])
        const known = unpriced.get(key) ?? { provider: call.provider, model, calls: 0 }
        unpriced.set(key, { ...known, calls: known.calls + 1 })
      }
    }
    // another version of the table with the same price is no other price
    if (costNano === before.costNano && costSource === before.costSource) return null
    const { tenantId: tenant, traceId, spanId } = call
    return { tenant, traceId, spanId, fields: { costNano, costSource, priceVersion } }
  }

  async function priceHour(hour: number): Promise<void> {
    for (let after: BilledPlace | null = null; ; ) {
      const calls: readonly Billed[] = await store.billed(hour, sinceMs, after)
      const changes = calls.map(look).filter((change) => change !== null)
      total.changed += changes.length
      if (!dryRun && changes.length > 0) await store.amend(changes)
      after = calls.at(-1) ?? null
      if (after === null) return
    }
  }

  let nextMs: number | null = null
  for (const hour of await store.billedHours(sinceMs)) {
    if (total.looked > 0 && now() - began > PATIENCE_MS) {
      nextMs = hour * HOUR_MS
      break
    }
    await priceHour(hour)
  }
  return { ...total, nextMs, unpriced: [...unpriced.values()].sort((a, b) => b.calls - a.calls) }
}
