import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import { dashboard } from './dashboard.ts'
import { endedRuns } from './ending.ts'
import { alertEvents } from './events.ts'
import { chosen, within } from './filter.ts'
import { to, toRun, UID } from './link.ts'
import { ranking, series, stat, table } from './panel.ts'
import { prom, sql } from './query.ts'

const spend = chosen('spend.time', 'tenant', 'workflow', 'agent', 'model')
const keys = ['workflow', 'agent', 'model', 'provider', 'tenant', 'user_id'] as const
/** The column that was chosen; what was made up is the workflow. */
const key = `multiIf(${keys
  .slice(1)
  .map((name) => `'\${by:percentencode}' = '${encodeURIComponent(name)}', toString(${name})`)
  .join(', ')}, toString(workflow))`
const none = 'Nothing was spent'
const usd = { unit: 'currencyUSD', none, decimals: 4 } as const
const noBudget = 'No budgets are configured'

export const money = dashboard({
  uid: UID.money,
  title: 'Money',
  says: 'What it costs, who spends it, what it buys, and how the budgets stand.',
  sources: ['clickhouse', 'prometheus'],
  choices: ['tenant', 'workflow', 'agent', 'model'],
  variables: [
    {
      type: VariableType.Custom,
      name: 'by',
      label: 'Spend by',
      query: keys.join(','),
      options: keys.map((name) => ({ text: name, value: name, selected: name === 'workflow' })),
      current: { text: 'workflow', value: 'workflow' },
    },
  ],
  from: 'now-24h',
  events: [alertEvents],
  rows: [
    {
      height: 4,
      panels: [
        stat(
          { ...usd, title: 'Spent', says: 'Money of counted calls, reported or priced.' },
          sql('table', `SELECT sum(cost_usd) AS cost FROM spend WHERE ${spend}`),
        ),
        stat(
          {
            title: 'Against before',
            says: 'How much more, or less, than in as long a time before.',
            unit: 'percentunit',
            none: 'Nothing before',
            decimals: 1,
          },
          sql(
            'table',
            `
    SELECT sumIf(cost_usd, spend.time >= $__fromTime) / nullIf(sumIf(cost_usd, spend.time < $__fromTime), 0) - 1 AS more
    FROM spend WHERE spend.time >= $__fromTime - ($__toTime - $__fromTime) AND spend.time <= $__toTime
      AND ${within('tenant', 'workflow', 'agent', 'model')}`,
          ),
        ),
        stat(
          {
            ...usd,
            title: 'Per successful run',
            says: 'All money, that of failed runs too, by the runs that ended well.',
          },
          sql(
            'table',
            `
    SELECT (SELECT sum(cost_usd) FROM spend WHERE ${spend})
      / nullIf((SELECT countIf(NOT failed) FROM ${endedRuns(chosen('start_time', 'tenant', 'workflow', 'agent'))}), 0) AS cost`,
          ),
        ),
        stat(
          { ...usd, title: 'Of failed runs', says: 'Money of runs that ended in an error or were stopped.' },
          sql(
            'table',
            `
    SELECT sum(cost_usd) AS cost FROM spend WHERE ${spend}
      AND trace_id IN (SELECT trace_id FROM ${endedRuns(chosen('start_time', 'tenant'))} WHERE failed)`,
          ),
        ),
        stat(
          {
            title: 'Unpriced calls',
            says: 'Counted model calls with tokens and no price: their cost is missing above.',
            unit: 'short',
            none: '0',
            worse: [1, 100],
          },
          sql(
            'table',
            `SELECT countIf(counted AND cost_source = 'unpriced') AS calls FROM spans WHERE ${chosen('start_time', 'tenant', 'workflow', 'agent', 'model')}`,
          ),
        ),
        stat(
          {
            title: 'Fullest budget',
            says: 'Spent and held of the limit, of the account that is nearest to it. At 1 calls are refused.',
            unit: 'percentunit',
            none: noBudget,
            decimals: 0,
            worse: [0.8, 1],
          },
          prom('max(outrider_budget_used_ratio)', 'used', { instant: true }),
        ),
        stat(
          {
            title: 'Held by billed',
            says: 'How much the gate holds for a dollar that is billed. 1 is a perfect bound; below 1 something was unbacked.',
            unit: 'short',
            none: 'No call was held',
            decimals: 2,
          },
          prom('max(outrider_gate_hold_tightness)', 'tightness', { instant: true }),
        ),
        stat(
          {
            ...usd,
            title: 'Unbacked',
            says: 'Billed beyond what was held, since the collector started: 0 while bounds are bounds.',
            none: 'No call was held',
            worse: [0.000001, 1],
          },
          prom('sum(outrider_gate_unbacked_usd_total)', 'unbacked', { instant: true }),
        ),
      ],
    },
    {
      height: 9,
      widths: [16, 8],
      panels: [
        series(
          {
            ...usd,
            title: 'Spend by ${by}',
            says: 'Money of counted calls in each interval, by the key that is chosen above.',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(spend.time) AS time, ${key} AS who, sum(cost_usd) AS cost
    FROM spend WHERE ${spend}
    GROUP BY time, who ORDER BY time`,
            ),
          ],
          { stacked: true, bars: true },
        ),
        ranking(
          { ...usd, title: 'Most by ${by}', says: 'The twenty that spent most.' },
          sql(
            'table',
            `
    SELECT if(${key} = '', 'unknown', ${key}) AS who, sum(cost_usd) AS cost
    FROM spend WHERE ${spend}
    GROUP BY who ORDER BY cost DESC LIMIT 20`,
          ),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            ...usd,
            title: 'Budgets: used',
            says: 'Spent and held of the limit, of the fullest account of each budget. At 1 its calls are refused.',
            unit: 'percentunit',
            worse: [0.8, 1],
            none: noBudget,
            min: 0,
          },
          [prom('max by (budget) (outrider_budget_used_ratio)', '{{budget}}')],
        ),
        series(
          {
            ...usd,
            title: 'Budgets: spent and held',
            says: 'What each budget has spent in its current windows, and what calls in flight may still spend, over its accounts.',
            none: noBudget,
            min: 0,
          },
          [
            prom('sum by (budget) (outrider_budget_spent_usd)', '{{budget}}: spent'),
            prom('sum by (budget) (outrider_budget_held_usd)', '{{budget}}: held', { refId: 'B' }),
          ],
        ),
        series({ ...usd, title: 'Burn', says: 'USD an hour, over the last half hour, by agent.', min: 0 }, [
          prom('sum by (agent) (rate(outrider_cost_usd_total[30m])) * 3600', '{{agent}}'),
        ]),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            ...usd,
            title: 'Forecast: what a day will cost',
            says: 'The last day as it was, and the day that the last hour would make.',
            min: 0,
          },
          [
            prom('sum(increase(outrider_cost_usd_total[24h]))', 'last 24 h'),
            prom('sum(rate(outrider_cost_usd_total[1h])) * 86400', 'at the pace of the last hour', { refId: 'B' }),
          ],
        ),
        series(
          {
            ...usd,
            title: 'Not as asked for',
            says: 'Unbacked: billed beyond the hold. Uncertain: nobody told what a hold became. Ungoverned: never asked for.',
            none: noBudget,
            min: 0,
          },
          [
            prom('sum by (budget) (outrider_budget_unbacked_usd)', '{{budget}}: unbacked'),
            prom('sum by (budget) (outrider_budget_uncertain_usd)', '{{budget}}: uncertain', { refId: 'B' }),
            prom('sum by (budget) (outrider_budget_ungoverned_usd)', '{{budget}}: ungoverned', { refId: 'C' }),
          ],
        ),
      ],
    },
    {
      height: 9,
      panels: [
        table(
          {
            title: 'Models',
            says: 'What each model cost, and what a million of its tokens came to.',
            unit: 'short',
            none,
          },
          sql(
            'table',
            `
    SELECT provider, model, count() AS calls, sum(ifNull(input_tokens, 0)) AS input, sum(ifNull(output_tokens, 0)) AS output,
      sum(ifNull(cache_read_tokens, 0)) / nullIf(input, 0) AS cached, sum(cost_usd) AS cost, 1e6 * cost / nullIf(input + output, 0) AS per_million
    FROM spend WHERE ${spend}
    GROUP BY provider, model ORDER BY cost DESC LIMIT 100`,
          ),
          {
            model: { links: [to('quality', 'model', 'Its quality')] },
            cached: { unit: 'percentunit', decimals: 1 },
            ...{ cost: { unit: 'currencyUSD', decimals: 4 }, per_million: { unit: 'currencyUSD', decimals: 2 } },
          },
        ),
        table(
          { title: 'Dearest runs', says: 'The runs that cost most in this time.', unit: 'short', none },
          sql(
            'table',
            `
    SELECT trace_id, sum(cost_usd) AS cost, count() AS calls, any(toString(spend.workflow)) AS of_workflow, any(user_id) AS user
    FROM spend WHERE ${spend}
    GROUP BY trace_id ORDER BY cost DESC LIMIT 50`,
          ),
          { trace_id: { links: toRun }, cost: { unit: 'currencyUSD', decimals: 4 } },
        ),
      ],
    },
  ],
})
