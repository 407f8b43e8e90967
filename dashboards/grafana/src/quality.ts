import { dashboard } from './dashboard.ts'
import { versionEvents } from './events.ts'
import { chosen, unchosen } from './filter.ts'
import { to, toRun, UID } from './link.ts'
import { series, stat, table } from './panel.ts'
import { sql } from './query.ts'

const spans = chosen('start_time', 'tenant', 'workflow', 'agent', 'model', 'version')
const within = `((${unchosen('tenant', 'workflow', 'agent', 'model', 'version')})
    OR trace_id IN (SELECT trace_id FROM spans WHERE ${spans}))`
const noScores = 'Nothing was scored'
const compared = {
  failing: { unit: 'percentunit', decimals: 1 },
  score: { decimals: 3 },
  ...{ p50: { unit: 'ms' }, p95: { unit: 'ms' }, cost_of_call: { unit: 'currencyUSD', decimals: 5 } },
  since: { unit: 'dateTimeAsIso' },
} as const

/** One row a version of something, side by side: how often it failed, what it scored, how long it took, what it cost. */
const versions = (of: string, named: string, where: string) =>
  sql(
    'table',
    `
    SELECT ${of}, count() AS calls, countIf(status = 'error') / calls AS failing, avg(run_scores.score) AS score,
      quantileTDigest(0.5)(duration_ms) AS p50, quantileTDigest(0.95)(duration_ms) AS p95,
      avg(input_tokens) AS input_tokens_of_call, avg(output_tokens) AS output_tokens_of_call, avg(cost_usd) AS cost_of_call,
      min(start_time) AS since
    FROM spans LEFT JOIN (SELECT trace_id, avg(value) AS score FROM scores WHERE $__timeFilter(time) GROUP BY trace_id) AS run_scores USING (trace_id)
    WHERE ${spans} AND kind = 'llm' AND ${where}
    GROUP BY ${named} ORDER BY ${named} LIMIT 200`,
  )

export const quality = dashboard({
  uid: UID.quality,
  title: 'Quality and versions',
  says: 'Which prompt, model or configuration does better: versions side by side.',
  sources: ['clickhouse'],
  choices: ['tenant', 'workflow', 'agent', 'model', 'version'],
  from: 'now-24h',
  events: [versionEvents],
  rows: [
    {
      height: 4,
      panels: [
        stat(
          {
            title: 'Score',
            says: 'Mean of all scores that came in this time, of runs that fit the filters.',
            unit: 'short',
            none: noScores,
            decimals: 3,
          },
          sql(
            'table',
            `SELECT avg(value) AS score FROM scores WHERE $__timeFilter(time) AND ${within} HAVING count() > 0`,
          ),
        ),
        stat(
          { title: 'Scored runs', says: 'Runs with at least one score.', unit: 'short', none: '0' },
          sql('table', `SELECT uniqExact(trace_id) AS runs FROM scores WHERE $__timeFilter(time) AND ${within}`),
        ),
        stat(
          {
            title: 'Good outcomes',
            says: 'Of the runs whose outcome somebody told.',
            unit: 'percentunit',
            none: 'No outcomes were told',
            decimals: 1,
          },
          sql(
            'table',
            `SELECT countIf(outcome IN ('success', 'succeeded', 'good', 'ok', 'resolved')) / count() AS good FROM outcomes WHERE $__timeFilter(time) AND ${within} HAVING count() > 0`,
          ),
        ),
        stat(
          {
            title: 'Retries',
            says: 'Model calls that were tried again, of all.',
            unit: 'percentunit',
            none: 'No model calls',
            decimals: 2,
            worse: [0.05, 0.2],
          },
          sql(
            'table',
            `SELECT countIf(ifNull(attempt, 1) > 1 OR retry_of != '') / count() AS retries FROM spans WHERE ${spans} AND kind = 'llm' HAVING count() > 0`,
          ),
        ),
      ],
    },
    {
      height: 9,
      panels: [
        series({ title: 'Scores', says: 'Mean of each score, by its name.', unit: 'short', none: noScores }, [
          sql(
            'timeseries',
            `
    SELECT $__timeInterval(scores.time) AS time, toString(scores.name) AS score_name, avg(value) AS score
    FROM scores WHERE $__timeFilter(scores.time) AND ${within}
    GROUP BY time, score_name ORDER BY time`,
          ),
        ]),
        series(
          {
            title: 'Score by model',
            says: 'Mean score of the runs in which a model was called.',
            unit: 'short',
            none: noScores,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(start_time) AS time, toString(spans.model) AS model_name, avg(run_scores.score) AS score
    FROM spans INNER JOIN (SELECT trace_id, avg(value) AS score FROM scores WHERE $__timeFilter(time) GROUP BY trace_id) AS run_scores USING (trace_id)
    WHERE ${spans} AND kind = 'llm'
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
            title: 'Prompts',
            says: 'Versions of prompts side by side, of model calls.',
            unit: 'short',
            none: 'No call names a prompt',
          },
          versions('prompt_name, prompt_version', 'prompt_name, prompt_version', "prompt_name != ''"),
          { ...compared, prompt_version: { links: [to('runs', 'version', 'Runs with this version')] } },
        ),
      ],
    },
    {
      height: 9,
      panels: [
        table(
          { title: 'Models', says: 'Models side by side.', unit: 'short', none: 'No model calls' },
          versions('provider, model', 'provider, model', "model != ''"),
          { ...compared, model: { links: [to('runs', 'model', 'Runs with this model')] } },
        ),
        table(
          {
            title: 'Versions of agents and configuration',
            says: 'What an agent runs as, side by side.',
            unit: 'short',
            none: 'No call names a version',
          },
          versions(
            'agent, agent_version, config_version',
            'agent, agent_version, config_version',
            "(agent_version != '' OR config_version != '')",
          ),
          compared,
        ),
      ],
    },
    {
      height: 9,
      panels: [
        table(
          {
            title: 'Worst scores',
            says: 'The lowest scores in this time, each with its run.',
            unit: 'short',
            none: noScores,
          },
          sql(
            'table',
            `
    SELECT time, name, source, value, label, explanation, trace_id
    FROM scores WHERE $__timeFilter(time) AND ${within}
    ORDER BY value LIMIT 50`,
          ),
          { trace_id: { links: toRun }, value: { decimals: 3 } },
        ),
        table(
          {
            title: 'Outcomes',
            says: 'How runs ended for those who asked for them.',
            unit: 'short',
            none: 'No outcomes were told',
          },
          sql(
            'table',
            `
    SELECT outcome, count() AS runs, max(outcomes.time) AS last, argMax(outcomes.trace_id, outcomes.time) AS example
    FROM outcomes WHERE $__timeFilter(outcomes.time) AND ${within}
    GROUP BY outcome ORDER BY runs DESC LIMIT 50`,
          ),
          { example: { links: toRun } },
        ),
      ],
    },
  ],
})
