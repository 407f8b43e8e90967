/** Corrections of stored spans: written down first, then applied to the rows by the store itself. */
import { randomBytes } from 'node:crypto'
import { type Connection, statement } from './connect.ts'
import { storeError } from './failure.ts'
import { saidText } from './row.ts'
import { timeText } from './row-json.ts'
import { AMENDABLE, type Amended, type AmendStore, type Change } from './store.ts'

const columns = 'batch,tenant,trace_id,span_id,at,fields'
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

  /** The keys of those whose span is not stored. */
  async function apply(changes: readonly Change[]): Promise<readonly string[]> {
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
    return missing.map((row) => keyOf(row.tenant, row.trace_id, row.span_id))
  }

  async function applyAll<T extends Change>(changes: readonly T[]): Promise<readonly T[]> {
    const missing = new Set<string>()
    const joined = joinedBySpan(changes)
    for (let from = 0; from < joined.length; from += AT_ONCE) {
      for (const key of await apply(joined.slice(from, from + AT_ONCE))) missing.add(key)
    }
    return missing.size === 0 ? [] : changes.filter((change) => missing.has(changeKey(change)))
  }

  return {
    amend(changes) {
      const mine = last.then(() => applyAll(changes))
      last = mine.catch(() => {})
      return mine
    },
  }
}

/** One change a span: of each field the last word. */
function joinedBySpan(changes: readonly Change[]): readonly Change[] {
  const bySpan = new Map<string, Change>()
  for (const change of changes) {
    const key = changeKey(change)
    bySpan.set(key, { ...change, fields: { ...bySpan.get(key)?.fields, ...change.fields } })
  }
  return [...bySpan.values()]
}

const keyOf = (tenant: string, traceId: string, spanId: string): string => `${traceId}${spanId}${tenant}`
const changeKey = (change: Change): string => keyOf(change.tenant ?? '', change.traceId, change.spanId)

const columnOf = new Map(
  AMENDABLE.map((field) => [field, field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] as const),
)

function encoded(changes: readonly Change[], batch: string, at: string): Buffer {
  const lines = changes.map(({ tenant, traceId, spanId, fields }) => {
    const row = {
      batch,
      tenant: (tenant ?? '').toWellFormed(),
      trace_id: traceId,
      span_id: spanId,
      at,
      fields: Object.fromEntries(
        AMENDABLE.flatMap((field) => (field in fields ? [[columnOf.get(field), textOf(fields[field])]] : [])),
      ),
    }
    return `${JSON.stringify(row)}\n`
  })
  return Buffer.from(lines.join(''))
}

function textOf(value: Amended[keyof Amended]): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? saidText(value) : String(value).toWellFormed()
}
