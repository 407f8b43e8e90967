/** Corrections of stored spans: written down first, then applied to the rows by the store itself. */
import { randomBytes } from 'node:crypto'
import { type Connection, statement } from './connect.ts'
import { storeError } from './failure.ts'
import { timeText } from './row-json.ts'
import type { AmendStore, Change } from './store.ts'

const columns = 'batch,tenant,trace_id,span_id,at,counted,priced,cost_nano,cost_source,price_version'
/** Rows that one statement rewrites: whole spans pass through the store's memory. */
const AT_ONCE = 2000

const sql = { rows: statement('amend'), missing: statement('amend-missing') }

/**
 * One call after the other: two that read the same row and both write it would make the later one forget the earlier.
 *
 * @param writing the connection that may write
 */
export function createAmend(writing: Connection, now: () => number): AmendStore {
  let last: Promise<unknown> = Promise.resolve()

  async function apply(changes: readonly Change[]): Promise<readonly Change[]> {
    const batch = randomBytes(16).toString('hex')
    const at = timeText(BigInt(now()) * 1_000_000n)
    await writing
      .insert(`span_changes (${columns})`, 'JSONEachRow', encoded(changes, batch, at), batch)
      .catch((cause: unknown) => {
        throw storeError(cause, 'Correcting spans')
      })
    const params = { batch, at: at.slice(0, -6) }
    await writing.run(sql.rows, params)
    const missing = await writing.rows<{ tenant: string; trace_id: string; span_id: string }>(sql.missing, { batch })
    const keys = new Set(missing.map((row) => keyOf(row.tenant, row.trace_id, row.span_id)))
    return changes.filter((change) => keys.has(keyOf(change.tenant ?? '', change.traceId, change.spanId)))
  }

  async function applyAll(changes: readonly Change[]): Promise<readonly Change[]> {
    const missing: Change[] = []
    const once = [...new Map(changes.map((change) => [changeKey(change), change])).values()]
    for (let from = 0; from < once.length; from += AT_ONCE) {
      missing.push(...(await apply(once.slice(from, from + AT_ONCE))))
    }
    return missing
  }

  return {
    amend(changes) {
      const mine = last.then(() => applyAll(changes))
      last = mine.catch(() => {})
      return mine
    },
  }
}

const keyOf = (tenant: string, traceId: string, spanId: string): string => `${traceId}${spanId}${tenant}`
const changeKey = (change: Change): string => keyOf(change.tenant ?? '', change.traceId, change.spanId)

function encoded(changes: readonly Change[], batch: string, at: string): Buffer {
  const lines = changes.map(({ tenant, traceId, spanId, counted, price }) => {
    const row = {
      batch,
      tenant: (tenant ?? '').toWellFormed(),
      trace_id: traceId,
      span_id: spanId,
      at,
      counted: counted ?? null,
      priced: price !== undefined,
      cost_nano: price?.costNano ?? null,
      cost_source: price?.costSource ?? '',
      price_version: price?.priceVersion ?? '',
    }
    return `${JSON.stringify(row)}\n`
  })
  return Buffer.from(lines.join(''))
}
