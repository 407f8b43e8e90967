import { type Connection, statement } from './connect.ts'
import type { RecentStore } from './store.ts'
import { type SpanRow, spanOf } from './stored.ts'

const sql = statement('recent')
const DAY_MS = 86_400_000

/** What was stored last, for a process that has just started. */
export function createRecent(reading: Connection, now: () => number): RecentStore {
  return {
    async recent(limits) {
      const rows = await reading.rows<SpanRow>(sql, { ...limits, sinceMs: now() - DAY_MS })
      return rows.map((row) => spanOf(row, undefined, ''))
    },
  }
}
