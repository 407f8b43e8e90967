import { dashboard } from './dashboard.ts'
import { endedRuns } from './ending.ts'
import { alertEvents, firing, versionEvents } from './events.ts'
import { chosen } from './filter.ts'
import { failed, refused, to, toAlerts, UID } from './link.ts'
import { series, stat, table } from './panel.ts'
import { sql } from './query.ts'

const runs = chosen('start_time', 'tenant', 'workflow', 'agent')
const spans = chosen('start_time', 'tenant', 'workflow', 'agent', 'model')
const spend = chosen('time', 'tenant', 'workflow', 'agent', 'model')
const decisions = chosen('time', 'tenant', 'workflow', 'agent', 'model')
const none = 'No runs in this time'

export const overview = dashboard({
  uid: UID.overview,
  title: 'Overview',
  says: 'What is happening: runs, success, speed, cost, tokens, errors and refusals.',
  sources: ['clickhouse'],
  choices: ['tenant', 'workflow', 'agent', 'model'],
  events: [alertEvents, versionEvents],
  rows: [
    {
      height: 4,
      panels: [
        stat(
          { title: 'Runs', says: 'Root spans that started in this time.', unit: 'short', none },
          sql('table', `SELECT count() AS runs FROM ${endedRuns(runs)}`),
        ),
        stat(
          {
            title: 'Success',
            says: 'Runs that neither failed nor were stopped, of all that ended.',
            unit: 'percentunit',
            none,
            decimals: 1,
            better: [0.9, 0.97],
          },
          sql('table', `SELECT countIf(NOT failed) / count() AS success FROM ${endedRuns(runs)}`),
        ),
        stat(
          {
            title: 'Failed runs',
            says: 'Runs that ended in an error or were stopped. A click shows them.',
            unit: 'short',
            none: '0',
            links: failed,
          },
          sql('table', `SELECT countIf(failed) AS failed_runs FROM ${endedRuns(runs)}`),
        ),
        stat(
          { title: 'p95 of a run', says: '95 of 100 runs were faster.', unit: 'ms', none },
          sql('table', `SELECT quantileTDigest(0.95)(duration_ms) AS p95 FROM ${endedRuns(runs)}`),
        ),
        stat(
          {
            title: 'Cost',
            says: 'Money of counted calls, reported or priced.',
            unit: 'currencyUSD',
            none: 'Nothing was spent',
            decimals: 2,
          },
          sql('table', `SELECT sum(cost_usd) AS cost FROM spend WHERE ${spend}`),
        ),
        stat(
          {
            title: 'Tokens',
            says: 'Input (with cache) and output (with reasoning) of counted model calls.',
            unit: 'short',
            none: 'No tokens were told',
          },
          sql(
            'table',
            `SELECT sumIf(ifNull(input_tokens, 0) + ifNull(output_tokens, 0), counted AND kind IN ('llm', 'agent', 'chain')) AS tokens FROM spans WHERE ${spans}`,
          ),
        ),
        stat(
          {
            title: 'Refusals',
            says: 'Calls that the gate did not let through. A click shows their runs.',
            unit: 'short',
            none: '0',
            links: refused,
          },
          sql('table', `SELECT countIf(decision = 'deny') AS refusals FROM decisions WHERE ${decisions}`),
        ),
        stat(
          {
            title: 'Alerts firing',
            says: 'That somebody was told of, in the whole installation, whatever is chosen above.',
            unit: 'short',
            none: '0',
            worse: [1, 5],
            links: toAlerts,
          },
          sql('table', `SELECT countIf(is_told) AS firing FROM ${firing}`),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Runs by how they ended',
            says: 'Runs by status and the reason why they stopped.',
            unit: 'short',
            none,
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, ended, count() AS runs
    FROM ${endedRuns(runs)}
    GROUP BY time, ended ORDER BY time`,
            ),
          ],
          { stacked: true, bars: true },
        ),
        series(
          { title: 'How long runs take', says: 'Percentiles of the duration of root spans.', unit: 'ms', none, min: 0 },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, quantileTDigest(0.5)(duration_ms) AS p50, quantileTDigest(0.95)(duration_ms) AS p95,
      quantileTDigest(0.99)(duration_ms) AS p99
    FROM ${endedRuns(runs)}
    GROUP BY time ORDER BY time`,
            ),
          ],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Cost by workflow',
            says: 'Money of counted calls in each interval.',
            unit: 'currencyUSD',
            none: 'Nothing was spent',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(s.time) AS time, if(workflow = '', 'unknown', toString(workflow)) AS workflow_name, sum(cost_usd) AS cost
    FROM spend AS s WHERE ${chosen('s.time', 'tenant', 'workflow', 'agent', 'model')}
    GROUP BY time, workflow_name ORDER BY time`,
            ),
          ],
          { stacked: true },
        ),
        series(
          {
            title: 'Tokens over time',
            says: 'Tokens of counted model calls; cache reads are part of the input, reasoning is part of the output.',
            unit: 'short',
            none: 'No tokens were told',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, sum(ifNull(input_tokens, 0)) AS input, sum(ifNull(output_tokens, 0)) AS output,
      sum(ifNull(cache_read_tokens, 0)) AS cached
    FROM spans WHERE ${spans} AND kind IN ('llm', 'agent', 'chain') AND counted
    GROUP BY time ORDER BY time`,
            ),
          ],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Errors by type',
            says: 'Model and tool calls that ended in an error.',
            unit: 'short',
            none: 'No errors',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, if(error_type = '', 'unknown', toString(error_type)) AS error, count() AS calls
    FROM spans WHERE ${spans} AND status = 'error' AND kind IN ('llm', 'tool')
    GROUP BY time, error ORDER BY time`,
            ),
          ],
          { stacked: true, bars: true },
        ),
        series(
          {
            title: 'Refusals by reason',
            says: 'Calls that the gate refused, by the code of the first reason.',
            unit: 'short',
            none: 'Nothing was refused',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(d.time) AS time, reason, count() AS calls
    FROM decisions AS d WHERE ${chosen('d.time', 'tenant', 'workflow', 'agent', 'model')} AND decision = 'deny'
    GROUP BY time, reason ORDER BY time`,
            ),
          ],
          { stacked: true, bars: true },
        ),
        series(
          {
            title: 'Model calls, p95',
            says: '95 of 100 calls of this model were faster.',
            unit: 'ms',
            none: 'No model calls',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, toString(model) AS model_name, quantileTDigest(0.95)(duration_ms) AS p95
    FROM spans WHERE ${spans} AND kind = 'llm'
    GROUP BY time, model_name ORDER BY time`,
            ),
          ],
        ),
      ],
    },
    {
      height: 9,
      panels: [
        table(
          {
            title: 'Workflows',
            says: 'Runs by workflow. Cost per success counts what failed runs cost too.',
            unit: 'short',
            none,
          },
          sql(
            'table',
            `
    SELECT runs.workflow AS workflow, runs.runs AS runs, runs.success AS success, runs.p95 AS p95, money.cost AS cost,
      money.cost / nullIf(runs.succeeded, 0) AS cost_per_success
    FROM (
      SELECT workflow, count() AS runs, countIf(NOT failed) AS succeeded, succeeded / runs AS success, quantileTDigest(0.95)(duration_ms) AS p95
      FROM ${endedRuns(runs)}
      GROUP BY workflow
    ) AS runs
    LEFT JOIN (SELECT workflow, sum(cost_usd) AS cost FROM spend WHERE ${spend} GROUP BY workflow) AS money USING (workflow)
    ORDER BY runs DESC LIMIT 100`,
          ),
          {
            workflow: {
              links: [to('runs', 'workflow', 'Runs of this workflow'), to('money', 'workflow', 'Its money')],
            },
            success: { unit: 'percentunit', decimals: 1 },
            p95: { unit: 'ms' },
            cost: { unit: 'currencyUSD', decimals: 4 },
            cost_per_success: { unit: 'currencyUSD', decimals: 4 },
          },
        ),
      ],
    },
  ],
})
