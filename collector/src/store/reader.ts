import type { Connection } from './connect.ts'
import { statement } from './connect.ts'
import { listRuns, summaries, tenantParams } from './runs.ts'
import type { RunPage, RunQuery, StoredRun, StoredScore } from './store.ts'
import { type ContentRow, type LogRow, logOf, type ScoreRow, type SpanRow, scoreOf, spanOf } from './stored.ts'

export interface Reader {
  runs(tenant: string | null, query: RunQuery): Promise<RunPage>
  run(tenant: string | null, traceId: string): Promise<StoredRun | null>
}

/** What one answer may hold, so that no run, however large, exhausts the collector. The summary is always of all spans. */
interface ReaderLimits {
  /** The earliest are given. @default 50_000 */
  readonly spans: number
  /** Of texts; the longest are left out, and their spans say so in `warnings`: `content_omitted`. @default 128 MiB */
  readonly textBytes: number
}

const LIMITS: ReaderLimits = { spans: 50_000, textBytes: 128 << 20 }

const sql = {
  spans: statement('run-spans'),
  content: statement('run-content'),
  logs: statement('run-logs'),
  scores: statement('run-scores'),
}

export function createReader(connection: Connection, now: () => number, limits = LIMITS): Reader {
  return {
    runs: (tenant, query) => listRuns(connection, tenant, query, now()),
    async run(tenant, traceId) {
      const params = { ...tenantParams(tenant), traceId }
      const [[summary], rows] = await Promise.all([
        summaries(connection, tenant, [traceId]),
        connection.rows<SpanRow>(sql.spans, { ...params, limit: limits.spans }),
      ])
      if (summary === undefined) return null
      const stored = rows.reduce((sum, row) => sum + row.content_bytes, 0)
      const without = stored > limits.textBytes ? 'content_omitted' : 'content_dropped'
      // texts are written before their span, so they are read after it
      const [texts, logs, scoreRows] = await Promise.all([
        stored > 0 ? connection.rows<ContentRow>(sql.content, { ...params, maxBytes: limits.textBytes }) : [],
        connection.rows<LogRow>(sql.logs, { ...params, limit: limits.spans }),
        connection.rows<ScoreRow>(sql.scores, { ...params, limit: limits.spans }),
      ])
      const scores = scoreRows.map(scoreOf)
      const given = meansOf(scores)
      const textsOf = new Map(texts.map((text) => [`${text.span_id}${text.tenant}`, text]))
      return {
        run: summary.run,
        spans: rows.map((row) => {
          const span = spanOf(row, textsOf.get(`${row.span_id}${row.tenant}`), without)
          const score = given.get(span.spanId)
          return score === undefined ? span : { ...span, score }
        }),
        logs: logs.map(logOf),
        scores,
      }
    },
  }
}

/** The mean score of each span that was given one, added up in the order that the summary adds them up in. */
function meansOf(scores: readonly StoredScore[]): ReadonlyMap<string, number> {
  const values = Map.groupBy(scores, ({ spanId }) => spanId ?? '')
  return new Map(
    [...values].map(([spanId, all]) => {
      const sorted = all.map(({ value }) => value).sort((a, b) => a - b)
      return [spanId, sorted.reduce((sum, value) => sum + value, 0) / sorted.length]
    }),
  )
}
