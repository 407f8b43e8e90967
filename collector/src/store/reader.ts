import type { Connection } from './connect.ts'
import { statement } from './connect.ts'
import { listRuns, summaries, tenantParams } from './runs.ts'
import type { RunPage, RunQuery, StoredRun } from './store.ts'
import { type ContentRow, type LogRow, logOf, type SpanRow, spanOf } from './stored.ts'

export interface Reader {
  runs(tenant: string | null, query: RunQuery): Promise<RunPage>
  run(tenant: string | null, traceId: string): Promise<StoredRun | null>
}

/** What one answer may hold, so that no run, however large, exhausts the collector. `run.spanCount` is always the true one. */
const MAX_SPANS = 50_000
const MAX_TEXT_BYTES = 128 << 20

const sql = { spans: statement('run-spans'), content: statement('run-content'), logs: statement('run-logs') }

export function createReader(connection: Connection, now: () => number): Reader {
  return {
    runs: (tenant, query) => listRuns(connection, tenant, query, now()),
    async run(tenant, traceId) {
      const params = { ...tenantParams(tenant), traceId }
      const [[summary], rows] = await Promise.all([
        summaries(connection, tenant, [traceId]),
        connection.rows<SpanRow>(sql.spans, { ...params, limit: MAX_SPANS }),
      ])
      if (summary === undefined) return null
      // texts are written before their span, so they are read after it
      const [texts, logs] = await Promise.all([
        rows.some((row) => row.content_bytes > 0)
          ? connection.rows<ContentRow>(sql.content, { ...params, maxBytes: MAX_TEXT_BYTES })
          : [],
        connection.rows<LogRow>(sql.logs, { ...params, limit: MAX_SPANS }),
      ])
      const textsOf = new Map(texts.map((text) => [`${text.span_id}${text.tenant}`, text]))
      return {
        run: summary.run,
        spans: rows.map((row) => spanOf(row, textsOf.get(`${row.span_id}${row.tenant}`))),
        logs: logs.map(logOf),
      }
    },
  }
}
