import { dashboard } from './dashboard.ts'
import { alertEvents, versionEvents } from './events.ts'
import { chosen } from './filter.ts'
import { to, toRun, toRunsOfAgent, UID } from './link.ts'
import { cells, graph, heat, series, table } from './panel.ts'
import { sql } from './query.ts'

const spans = `${chosen('start_time', 'tenant', 'workflow', 'agent', 'model', 'version')}\n  AND agent != ''`
const none = 'No agents in this time'
const click = 'Click a cell for the runs around it.'

/** Upper ends in ms; as columns, for names of series would be put in the order of letters. */
const ends = [100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000] as const
const buckets = ends
  .map((end, at) => `countIf(duration_ms > ${ends[at - 1] ?? -1} AND duration_ms <= ${end}) AS \`${end}\``)
  .join(',\n      ')

export const agents = dashboard({
  uid: UID.agents,
  title: 'Agents',
  says: 'Who is failing, slow or dear, and since when.',
  sources: ['clickhouse'],
  choices: ['tenant', 'workflow', 'agent', 'model', 'version'],
  events: [alertEvents, versionEvents],
  rows: [
    {
      height: 9,
      panels: [
        cells(
          {
            title: 'Failing calls',
            says: "Share of an agent's model and tool calls that ended in an error. Click a cell for the runs around it in which they failed.",
            unit: 'percentunit',
            none,
            min: 0,
            max: 1,
            worse: [0.05, 0.2],
            links: toRunsOfAgent('failing'),
          },
          sql(
            'timeseries',
            `
    SELECT $__timeInterval(start_time) AS time, toString(spans.agent) AS agent, countIf(status = 'error') / count() AS failing
    FROM spans WHERE ${spans} AND kind IN ('llm', 'tool')
    GROUP BY time, agent ORDER BY time`,
          ),
        ),
      ],
    },
    {
      height: 9,
      panels: [
        cells(
          {
            title: 'Latency, p95',
            says: `Of an agent's model calls. ${click}`,
            unit: 'ms',
            none,
            min: 0,
            worse: [10_000, 30_000],
            links: toRunsOfAgent('all'),
          },
          sql(
            'timeseries',
            `
    SELECT $__timeInterval(start_time) AS time, toString(spans.agent) AS agent, quantileTDigest(0.95)(duration_ms) AS p95
    FROM spans WHERE ${spans} AND kind = 'llm'
    GROUP BY time, agent ORDER BY time`,
          ),
        ),
        cells(
          {
            title: 'Cost of a call',
            says: `What a counted model call of an agent cost on average. ${click}`,
            unit: 'currencyUSD',
            none: 'Nothing was spent',
            min: 0,
            worse: [0.05, 0.25],
            links: toRunsOfAgent('all'),
          },
          sql(
            'timeseries',
            `
    SELECT $__timeInterval(start_time) AS time, toString(spans.agent) AS agent, avg(cost_usd) AS cost
    FROM spans WHERE ${spans} AND kind = 'llm' AND counted AND cost_usd IS NOT NULL
    GROUP BY time, agent ORDER BY time`,
          ),
        ),
      ],
    },
    {
      height: 9,
      panels: [
        table(
          {
            title: 'Agents',
            says: 'Each agent over this time. Cost is of all its counted calls.',
            unit: 'short',
            none,
          },
          sql(
            'table',
            `
    SELECT agent, uniqExact(trace_id) AS runs, countIf(kind IN ('llm', 'tool')) AS calls,
      countIf(kind IN ('llm', 'tool') AND status = 'error') / nullIf(calls, 0) AS failing,
      quantileTDigestIf(0.5)(duration_ms, kind = 'llm') AS p50, quantileTDigestIf(0.95)(duration_ms, kind = 'llm') AS p95,
      sumIf(ifNull(input_tokens, 0) + ifNull(output_tokens, 0), kind IN ('llm', 'agent', 'chain') AND counted) AS tokens,
      sumIf(ifNull(cost_usd, 0), counted) AS cost
    FROM spans WHERE ${spans}
    GROUP BY agent ORDER BY failing DESC, calls DESC LIMIT 200`,
          ),
          {
            agent: { links: [to('runs', 'agent', 'Runs of this agent'), to('money', 'agent', 'Its money')] },
            failing: { unit: 'percentunit', decimals: 1 },
            ...{ p50: { unit: 'ms' }, p95: { unit: 'ms' }, cost: { unit: 'currencyUSD', decimals: 4 } },
          },
        ),
        table(
          {
            title: 'Tools',
            says: 'Calls of each tool, the most failing first.',
            unit: 'short',
            none: 'No tool was called',
          },
          sql(
            'table',
            `
    SELECT if(tool_name = '', name, tool_name) AS tool, count() AS calls, countIf(status = 'error') / calls AS failing,
      quantileTDigest(0.95)(duration_ms) AS p95, groupUniqArray(5)(toString(agent)) AS used_by
    FROM spans WHERE ${spans} AND kind = 'tool'
    GROUP BY tool ORDER BY failing DESC, calls DESC LIMIT 200`,
          ),
          { failing: { unit: 'percentunit', decimals: 1 }, p95: { unit: 'ms' } },
        ),
      ],
    },
    {
      height: 9,
      panels: [
        graph(
          {
            title: 'Who calls whom',
            says: 'Agents and the agents inside of which they ran. The number is calls; the ring is how many of them failed.',
            unit: 'short',
            none,
          },
          [
            sql(
              'table',
              `
    SELECT toString(agent) AS id, id AS title, countIf(kind IN ('llm', 'tool')) AS mainstat,
      countIf(status = 'error') / count() AS arc__failed, 1 - arc__failed AS arc__ok
    FROM spans WHERE ${spans}
    GROUP BY id LIMIT 100`,
              'nodes',
            ),
            sql(
              'table',
              `
    SELECT concat(parent_agent, ' > ', agent) AS id, toString(parent_agent) AS source, toString(agent) AS target, uniqExact(trace_id) AS mainstat
    FROM spans WHERE ${spans} AND parent_agent != '' AND parent_agent != agent
    GROUP BY id, source, target LIMIT 300`,
              'edges',
            ),
          ],
        ),
        heat(
          {
            title: 'Latency of model calls',
            says: 'How many calls took how long. A row is named for its upper end.',
            unit: 'short',
            none: 'No model calls',
          },
          sql(
            'timeseries',
            `
    SELECT $__timeInterval(start_time) AS time,
      ${buckets}
    FROM spans WHERE ${spans} AND kind = 'llm'
    GROUP BY time ORDER BY time`,
          ),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          { title: 'Calls by agent', says: 'Model and tool calls in each interval.', unit: 'short', none, min: 0 },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, toString(spans.agent) AS agent, count() AS calls
    FROM spans WHERE ${spans} AND kind IN ('llm', 'tool')
    GROUP BY time, agent ORDER BY time`,
            ),
          ],
          { stacked: true },
        ),
        table(
          {
            title: 'Last failures',
            says: 'The newest calls that ended in an error.',
            unit: 'short',
            none: 'No errors',
          },
          sql(
            'table',
            `
    SELECT start_time AS time, agent, toString(kind) AS what, if(tool_name = '', model, tool_name) AS called, error_type, status_message, trace_id
    FROM spans WHERE ${spans} AND status = 'error'
    ORDER BY start_time DESC LIMIT 50`,
          ),
          { trace_id: { links: toRun } },
        ),
      ],
    },
  ],
})
