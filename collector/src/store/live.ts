/** Which runs a read must take from their spans: it is asked once, then told to the statements that read. */
import { type Connection, composed } from './connect.ts'

/** What a statement that says `{{LIVE}}` needs. */
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
  readonly runs: string
  readonly live: readonly [
    ids: readonly string[],
    startsMs: readonly string[],
    fromBucket: number,
    all: readonly string[],
    toBucket: number,
  ]
}

/** Of `{{written-down}}`: runs count whole, not what they spent in a window. */
export const WHOLE = { isWhole: true, fromMs: 0, toMs: 0 }
const DAY_MS = 86_400_000
const WEEK_DAYS = 8
const LAST_DAY = 65_535

/** Parameters travel in an address, which is not endless. Of more runs the statements find out by themselves. */
const AT_ONCE = 80
const TOLD = `SELECT (
    {liveIds:Array(String)}, {liveStartsMs:Array(Int64)}, {liveFromBucket:UInt32}, {liveAll:Array(String)}, {liveToBucket:UInt32}
  )`

/** @param name of the statement that finds them. */
export function createLive(reading: Connection, name: 'live-runs' | 'live-spend') {
  const found = composed(name).replace(/^--.*\n/gm, '')
  const asked = `WITH (${found}) AS found SELECT toString(length(found.4)) AS runs, if(length(found.4) > ${AT_ONCE}, ([], [], 0, [], 0), found) AS live`
  const isWhole = name === 'live-runs'
  return async (given: Window): Promise<Live> => {
    const sumsFromDay = Math.min(LAST_DAY, Math.max(0, Math.floor(given.fromMs / DAY_MS) - WEEK_DAYS))
    const params = { ...given, isWhole, sumsFromDay, fromDay: 0, sinceMs: 0 }
    const [row] = await reading.rows<Row>(asked, params)
    if (row === undefined || Number(row.runs) > AT_ONCE) {
      return { params, place: (sql) => sql.replace('{{LIVE}}', () => found) }
    }
    const [liveIds, liveStartsMs, liveFromBucket, liveAll, liveToBucket] = row.live
    const told = { liveIds, liveStartsMs: liveStartsMs.map(Number), liveFromBucket, liveAll, liveToBucket }
    return { params: { ...params, ...told }, place: (sql) => sql.replace('{{LIVE}}', () => TOLD) }
  }
}
