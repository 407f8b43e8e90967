import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import { dashboard } from './dashboard.ts'
import { status, stopReason } from './ending.ts'
import { chosen, typed } from './filter.ts'
import { to, toRun, UID } from './link.ts'
import { stat, table, trace } from './panel.ts'
import { sql } from './query.ts'

const one = `trace_id = ${typed('traceId')}`
/** Of the spans that fit the filters: an agent's own errors, where an agent is chosen. */
const only = `multiIf(${typed('only')} = 'errors', countIf(status = 'error' OR stop_reason NOT IN ('', 'completed', 'tool_calls', 'max_tokens')) > 0,
        ${typed('only')} = 'failing', countIf(status = 'error' AND kind IN ('llm', 'tool')) > 0,
        ${typed('only')} = 'refused', countIf(kind = 'gate' AND attributes['outrider.gate.decision'] = 'deny') > 0, 1)`
const unchosen = 'Choose a run above'
const usd = { unit: 'currencyUSD', decimals: 4 } as const

export const runs = dashboard({
  uid: UID.runs,
  title: 'Run explorer',
  says: 'What a run did: its spans, what was decided, what guards found, what it cost.',
  sources: ['clickhouse'],
  choices: ['tenant', 'workflow', 'agent', 'model', 'version'],
  variables: [
    {
      type: VariableType.Custom,
      name: 'only',
      label: 'Show',
      query: 'all runs : all, with errors : errors, with failing calls : failing, with refused calls : refused',
      options: [
        { text: 'all runs', value: 'all', selected: true },
        { text: 'with errors', value: 'errors', selected: false },
        { text: 'with failing calls', value: 'failing', selected: false },
        { text: 'with refused calls', value: 'refused', selected: false },
      ],
      current: { text: 'all runs', value: 'all' },
    },
    { type: VariableType.Textbox, name: 'traceId', label: 'Trace ID', query: '', current: { text: '', value: '' } },
  ],
  rows: [
    {
      height: 10,
      panels: [
        table(
          {
            title: 'Runs',
            says: 'The newest runs with a span that fits the filters. A click on a trace ID opens the run below.',
            unit: 'short',
            none: 'No runs in this time',
          },
          sql(
            'table',
            `
    SELECT trace_id, min(start_time) AS started, dateDiff('millisecond', started, max(end_time)) AS duration, anyIf(name, parent_span_id = '') AS name,
      anyIf(spans.workflow, spans.workflow != '') AS workflow, ${status} AS ended,
      ${stopReason} AS reason, count() AS spans, countIf(status = 'error') AS errors,
      countIf(kind = 'gate' AND attributes['outrider.gate.decision'] = 'deny') AS refused,
      sumIf(ifNull(cost_usd, 0), counted) AS cost, anyIf(user_id, user_id != '') AS user
    FROM spans
    WHERE $__timeFilter(start_time) AND trace_id IN (
      SELECT trace_id FROM spans
      WHERE ${chosen('start_time', 'tenant', 'workflow', 'agent', 'model', 'version')}
      GROUP BY trace_id
      HAVING ${only}
      ORDER BY max(start_time) DESC LIMIT 200)
    GROUP BY trace_id ORDER BY started DESC`,
          ),
          {
            trace_id: { links: toRun },
            workflow: { links: [to('overview', 'workflow', 'This workflow')] },
            ...{ duration: { unit: 'ms' }, cost: usd },
          },
        ),
      ],
    },
    {
      height: 4,
      panels: [
        stat(
          { title: 'Duration', says: 'From the first start to the last end.', unit: 'ms', none: unchosen },
          sql(
            'table',
            `SELECT dateDiff('millisecond', min(start_time), max(end_time)) AS duration FROM spans WHERE ${one} HAVING count() > 0`,
          ),
        ),
        stat(
          { title: 'Cost', says: 'Of its counted calls.', none: unchosen, ...usd },
          sql('table', `SELECT sumIf(ifNull(cost_usd, 0), counted) AS cost FROM spans WHERE ${one} HAVING count() > 0`),
        ),
        stat(
          { title: 'Model calls', says: 'Counted ones.', unit: 'short', none: unchosen },
          sql('table', `SELECT countIf(kind = 'llm' AND counted) AS calls FROM spans WHERE ${one} HAVING count() > 0`),
        ),
        stat(
          { title: 'Tokens', says: 'Input and output of its counted model calls.', unit: 'short', none: unchosen },
          sql(
            'table',
            `SELECT sumIf(ifNull(input_tokens, 0) + ifNull(output_tokens, 0), kind IN ('llm', 'agent', 'chain') AND counted) AS tokens FROM spans WHERE ${one} HAVING count() > 0`,
          ),
        ),
        stat(
          { title: 'Errors', says: 'Its spans that ended in an error.', unit: 'short', none: unchosen, worse: [1, 3] },
          sql('table', `SELECT countIf(status = 'error') AS errors FROM spans WHERE ${one} HAVING count() > 0`),
        ),
        stat(
          {
            title: 'Refusals',
            says: 'Its calls that the gate did not let through.',
            unit: 'short',
            none: unchosen,
            worse: [1, 3],
          },
          sql(
            'table',
            `SELECT countIf(kind = 'gate' AND attributes['outrider.gate.decision'] = 'deny') AS refusals FROM spans WHERE ${one} HAVING count() > 0`,
          ),
        ),
      ],
    },
    {
      height: 16,
      panels: [
        trace(
          {
            title: 'Trace',
            says: 'All spans of the run. The service is the agent, so that each has its colour.',
            unit: 'ms',
            none: unchosen,
          },
          sql(
            'traces',
            `
    SELECT trace_id AS traceID, span_id AS spanID, parent_span_id AS parentSpanID, name AS operationName,
      if(agent = '', if(service = '', 'unknown', toString(service)), toString(agent)) AS serviceName,
      toUnixTimestamp64Nano(start_time) / 1e6 AS startTime, duration_ms AS duration,
      arrayFilter(t -> t['value'] != '', [
        map('key', 'kind', 'value', toString(kind)), map('key', 'model', 'value', toString(model)),
        map('key', 'tool', 'value', toString(tool_name)), map('key', 'cost USD', 'value', ifNull(toString(cost_usd), '')),
        map('key', 'input tokens', 'value', ifNull(toString(input_tokens), '')), map('key', 'output tokens', 'value', ifNull(toString(output_tokens), '')),
        map('key', 'stop reason', 'value', toString(stop_reason)), map('key', 'error', 'value', toString(error_type))]) AS tags,
      multiIf(status = 'error', 2, status = 'ok', 1, 0) AS statusCode, status_message AS statusMessage
    FROM spans WHERE ${one}
    ORDER BY start_time LIMIT 10000`,
          ),
        ),
      ],
    },
    {
      height: 9,
      panels: [
        table(
          {
            title: 'Decisions',
            says: 'What the gate answered when this run asked.',
            unit: 'short',
            none: 'Nothing asked the gate',
          },
          sql(
            'table',
            `
    SELECT time, agent, call_kind, if(tool_name = '', model, tool_name) AS called, decision, reason, rule, message, held_usd AS held
    FROM decisions WHERE ${one}
    ORDER BY time LIMIT 1000`,
          ),
          { held: usd },
        ),
        table(
          { title: 'Findings', says: 'What guards found in this run.', unit: 'short', none: 'Guards found nothing' },
          sql(
            'table',
            `SELECT time, agent, guard, type, rule, direction, action, score FROM findings WHERE ${one} ORDER BY time LIMIT 1000`,
          ),
          { score: { decimals: 2 } },
        ),
        table(
          {
            title: 'Scores',
            says: 'What evaluations said of this run and its spans.',
            unit: 'short',
            none: 'Nobody scored this run',
          },
          sql(
            'table',
            `SELECT time, name, source, value, label, explanation, span_id FROM scores WHERE ${one} ORDER BY time LIMIT 1000`,
          ),
          { value: { decimals: 3 } },
        ),
      ],
    },
  ],
})
