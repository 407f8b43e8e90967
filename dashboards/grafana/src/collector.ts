import { dashboard } from './dashboard.ts'
import { UID } from './link.ts'
import { series, stat, table } from './panel.ts'
import { prom, sql } from './query.ts'

const none = 'Prometheus has not scraped a collector'
const p95 = (metric: string, by = 'le') =>
  `histogram_quantile(0.95, sum by (${by}) (rate(outrider_${metric}_bucket[5m])))`

export const collector = dashboard({
  uid: UID.collector,
  title: 'Collector health',
  says: 'Whether telemetry comes in, is stored, and the gate answers in time. Needs Prometheus; one table needs ClickHouse.',
  sources: ['prometheus', 'clickhouse'],
  from: 'now-3h',
  rows: [
    {
      height: 4,
      panels: [
        stat(
          { title: 'Collectors', says: 'That Prometheus reaches.', unit: 'short', none },
          prom('sum(up{job="outrider"})', 'up', { instant: true }),
        ),
        stat(
          { title: 'Spans a second', says: 'That were received, over five minutes.', unit: 'short', none, decimals: 1 },
          prom('sum(rate(outrider_spans_received_total[5m]))', 'spans', { instant: true }),
        ),
        stat(
          {
            title: 'Not stored',
            says: 'Spans of blocks that the store did not take, in an hour. Clients send them again.',
            unit: 'short',
            none: '0',
            worse: [1, 1000],
          },
          prom('sum(increase(outrider_spans_failed_total[1h]))', 'failed', { instant: true }),
        ),
        stat(
          {
            title: 'Waiting',
            says: 'Spans that wait for the store or are being stored.',
            unit: 'short',
            none,
            worse: [10_000, 100_000],
          },
          prom('sum(outrider_queue_spans)', 'waiting', { instant: true }),
        ),
        stat(
          {
            title: 'Free disk',
            says: 'Where the store is. Below its limit the oldest days are dropped.',
            unit: 'bytes',
            none,
          },
          prom('min(outrider_store_free_bytes)', 'free', { instant: true }),
        ),
        stat(
          {
            title: 'Engine restarts',
            says: 'How often the embedded engine had to be started again.',
            unit: 'short',
            none: 'A server is the store',
            worse: [1, 5],
          },
          prom('sum(outrider_engine_restarts)', 'restarts', { instant: true }),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Spans',
            says: 'Received, refused one by one, stored, not stored: a second.',
            unit: 'short',
            none,
            min: 0,
          },
          [
            prom('sum(rate(outrider_spans_received_total[5m]))', 'received'),
            prom('sum(rate(outrider_spans_stored_total[5m]))', 'stored', { refId: 'B' }),
            prom('sum(rate(outrider_spans_refused_total[5m]))', 'refused', { refId: 'C' }),
            prom('sum(rate(outrider_spans_failed_total[5m]))', 'not stored', { refId: 'D' }),
          ],
        ),
        series(
          {
            title: 'Waiting for the store',
            says: 'Spans in memory, and on disk while a ClickHouse server is away.',
            unit: 'short',
            none,
            min: 0,
          },
          [
            prom('sum(outrider_queue_spans)', 'in memory'),
            prom('sum(outrider_spool_spans)', 'on disk', { refId: 'B' }),
            prom('sum(outrider_corrections_waiting)', 'corrections', { refId: 'C' }),
          ],
        ),
        series(
          {
            title: 'Bytes in work',
            says: 'Decoded bytes of requests that are being worked on, and of spans that wait.',
            unit: 'bytes',
            none,
            min: 0,
          },
          [
            prom('sum(outrider_in_flight_bytes)', 'requests'),
            prom('sum(outrider_queue_bytes)', 'queue', { refId: 'B' }),
          ],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Time to store',
            says: '95 of 100 blocks, and 95 of 100 spans from their end on, were faster.',
            unit: 's',
            none,
            min: 0,
          },
          [prom(p95('insert_seconds'), 'a block'), prom(p95('lag_seconds'), 'from the end of a span', { refId: 'B' })],
        ),
        series(
          {
            title: 'Gate, time to answer',
            says: '95 and 99 of 100 checks were answered faster, journal included.',
            unit: 's',
            none,
            min: 0,
          },
          [
            prom(p95('gate_check_seconds'), 'p95'),
            prom(p95('gate_check_seconds').replace('0.95', '0.99'), 'p99', { refId: 'B' }),
          ],
        ),
        series(
          {
            title: 'Gate, answers',
            says: 'Checks by what was decided: a second.',
            unit: 'short',
            none: 'Nothing asked the gate',
            min: 0,
          },
          [prom('sum by (decision) (rate(outrider_gate_checks_total[5m]))', '{{decision}}')],
          { stacked: true },
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Refused by the gate',
            says: 'Checks by the code of their first reason: a second.',
            unit: 'short',
            none: 'Nothing was refused',
            min: 0,
          },
          [prom('sum by (reason) (rate(outrider_gate_refused_total[5m]))', '{{reason}}')],
          { stacked: true },
        ),
        series(
          {
            title: 'Open holds and switches',
            says: 'Holds of calls in flight, and switches that stand.',
            unit: 'short',
            none,
            min: 0,
          },
          [
            prom('sum(outrider_gate_open_holds)', 'open holds'),
            prom('sum by (state) (outrider_switches)', 'switches {{state}}', { refId: 'B' }),
          ],
        ),
        series(
          {
            title: 'Calls and errors',
            says: 'Spans by kind, and those that ended in an error: a second.',
            unit: 'short',
            none,
            min: 0,
          },
          [
            prom('sum by (kind) (rate(outrider_calls_total[5m]))', '{{kind}}'),
            prom('sum(rate(outrider_call_errors_total[5m]))', 'errors', { refId: 'B' }),
          ],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          { title: 'Store, bytes', says: 'On disk, by table.', unit: 'bytes', none, min: 0 },
          [prom('sum by (table) (outrider_store_bytes)', '{{table}}')],
          { stacked: true },
        ),
        series(
          { title: 'Store, rows', says: 'By table.', unit: 'short', none, min: 0 },
          [prom('sum by (table) (outrider_store_rows)', '{{table}}')],
          { stacked: true },
        ),
        series(
          {
            title: 'Mended values',
            says: 'Values of spans that could not be read or were mended, by dialect and field: in an hour.',
            unit: 'short',
            none: 'Nothing had to be mended',
            min: 0,
          },
          [prom('sum by (dialect, field) (increase(outrider_field_problems_total[1h]))', '{{dialect}} {{field}}')],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        table(
          {
            title: 'Who sends',
            says: 'Telemetry by service and dialect, with the last span of each.',
            unit: 'short',
            none: 'Nothing came in',
          },
          sql(
            'table',
            `
    SELECT service, dialect, count() AS spans, uniqExact(trace_id) AS runs, max(received_at) AS last
    FROM spans WHERE $__timeFilter(start_time)
    GROUP BY service, dialect ORDER BY spans DESC LIMIT 100`,
          ),
        ),
      ],
    },
  ],
})
