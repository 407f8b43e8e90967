/** Which runs a read must take from their spans: it is asked once, then told to the statements that read. */
import { type Connection, composed } from './connect.ts'

/** What a statement that says `{{LIVE}}` needs. Where nothing is live it does without all from `{{WITH LIVE}}` to `{{END}}`. */
export interface Live {
  readonly params: Readonly<Record<string, unknown>>
  place(sql: string): string
}

interface Window {
  readonly [name: string]: unknown
  /** Ms since 1970. */
  readonly fromMs: number
}

interface Row {
  readonly is_many: number
  readonly live: readonly [
    ids: readonly string[],
    startsMs: readonly string[],
    hours: readonly number[],
    all: readonly string[],
  ]
}

/** Of `{{written-down}}`: runs count whole, not what they spent in a window. */
export const WHOLE = { isWhole: true, fromMs: 0, toMs: 0 }
const DAY_MS = 86_400_000
const WEEK_DAYS = 8
const LAST_DAY = 65_535

/** Parameters travel in an address, which is not endless. Of more runs the statements find out by themselves. */
const AT_ONCE = 80
const HOURS_AT_ONCE = 200
const TOLD =
  'SELECT ({liveIds:Array(String)}, {liveStartsMs:Array(Int64)}, {liveHours:Array(UInt32)}, {liveAll:Array(String)})'

/** @param name of the statement that finds them. */
export function createLive(reading: Connection, name: 'live-runs' | 'live-spend') {
  const found = composed(name).replace(/^--.*\n/gm, '')
  const asked = `WITH (${found}) AS found, length(found.4) > ${AT_ONCE} OR length(found.3) > ${HOURS_AT_ONCE} AS is_many SELECT is_many, if(is_many, ([], [], [], []), found) AS live`
  const isWhole = name === 'live-runs'
  return async (given: Window): Promise<Live> => {
    const sumsFromDay = Math.min(LAST_DAY, Math.max(0, Math.floor(given.fromMs / DAY_MS) - WEEK_DAYS))
    const params = { ...given, isWhole, sumsFromDay, fromDay: 0, sinceMs: 0 }
    const [row] = await reading.rows<Row>(asked, params)
    if (row === undefined || row.is_many) {
      return { params, place: (sql) => withLive(sql, found) }
    }
    const [liveIds, liveStartsMs, liveHours, liveAll] = row.live
    const told = { liveIds, liveStartsMs: liveStartsMs.map(Number), liveHours, liveAll }
    const place = liveAll.length === 0 ? withoutLive : (sql: string) => withLive(sql, TOLD)
    return { params: { ...params, ...told }, place }
  }
}

const withLive = (sql: string, live: string) =>
  sql.replace('{{LIVE}}', () => live).replaceAll(/^\{\{(?:WITH LIVE|END)\}\}\n/gm, '')
const withoutLive = (sql: string) =>
  sql.replace('{{LIVE}}', () => TOLD).replaceAll(/^\{\{WITH LIVE\}\}\n[\s\S]*?^\{\{END\}\}\n/gm, '')
