import { dashboard } from './dashboard.ts'
import { chosen } from './filter.ts'
import { toRun, UID } from './link.ts'
import { ranking, series, stat, table } from './panel.ts'
import { prom, sql } from './query.ts'

const findings = chosen('findings.time', 'tenant', 'workflow', 'agent')
const decisions = `${chosen('decisions.time', 'tenant', 'workflow', 'agent')}\n  AND decision IN ('deny', 'ask', 'redact')`
const none = 'Guards found nothing'

export const guards = dashboard({
  uid: UID.guards,
  title: 'Guards',
  says: 'What was found in texts and tool calls, what was refused, and why.',
  sources: ['clickhouse', 'prometheus'],
  choices: ['tenant', 'workflow', 'agent'],
  from: 'now-24h',
  rows: [
    {
      height: 4,
      panels: [
        stat(
          { title: 'Findings', says: 'Guards that found something, shadow rules too.', unit: 'short', none: '0' },
          sql('table', `SELECT count() AS findings FROM findings WHERE ${findings}`),
        ),
        stat(
          { title: 'Stopped', says: 'Findings that kept something from going on.', unit: 'short', none: '0' },
          sql('table', `SELECT countIf(enforced) AS stopped FROM findings WHERE ${findings}`),
        ),
        stat(
          { title: 'Runs concerned', says: 'Runs with at least one finding.', unit: 'short', none: '0' },
          sql('table', `SELECT uniqExact(trace_id) AS runs FROM findings WHERE ${findings}`),
        ),
        stat(
          {
            title: 'Got through',
            says: 'Findings that a policy wanted blocked, asked about or redacted, but that were not: shadow rules, and what telemetry told too late.',
            unit: 'short',
            none: '0',
            worse: [1, 100],
          },
          sql(
            'table',
            `SELECT countIf(NOT enforced AND action IN ('block', 'ask', 'redact')) AS through FROM findings WHERE ${findings}`,
          ),
        ),
        stat(
          {
            title: 'False alarms',
            says: 'Of the findings that people marked.',
            unit: 'percentunit',
            none: 'Nobody marked any',
            decimals: 1,
            worse: [0.1, 0.3],
          },
          sql(
            'table',
            `
    SELECT countIf(mark = 'false_alarm') / count() AS false_alarms
    FROM (SELECT finding, argMax(verdict, time) AS mark FROM verdicts WHERE time <= $__toTime GROUP BY finding)
    WHERE mark IN ('right', 'false_alarm') AND finding IN (SELECT id FROM findings WHERE ${findings})
    HAVING count() > 0`,
          ),
        ),
        stat(
          {
            title: 'Refused calls',
            says: 'Calls that the gate denied, whatever the reason.',
            unit: 'short',
            none: '0',
          },
          sql('table', `SELECT countIf(decision = 'deny') AS calls FROM decisions WHERE ${decisions}`),
        ),
      ],
    },
    {
      height: 9,
      panels: [
        series(
          { title: 'Findings by guard', says: 'How many of what kind, in each interval.', unit: 'short', none, min: 0 },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(findings.time) AS time, toString(guard) AS guard_name, count() AS findings
    FROM findings WHERE ${findings}
    GROUP BY time, guard_name ORDER BY time`,
            ),
          ],
          { stacked: true, bars: true },
        ),
        series(
          {
            title: 'Refusals by reason',
            says: 'What the gate denied, asked a person about or redacted, by the code of the first reason.',
            unit: 'short',
            none: 'Nothing was refused',
            min: 0,
          },
          [
            sql(
              'timeseries',
              `
    SELECT $__timeInterval(decisions.time) AS time, concat(decision, ' ', reason) AS why, count() AS calls
    FROM decisions WHERE ${decisions}
    GROUP BY time, why ORDER BY time`,
            ),
          ],
          { stacked: true, bars: true },
        ),
        ranking(
          { title: 'By type', says: 'What was found most.', unit: 'short', none },
          sql(
            'table',
            `SELECT concat(guard, ' ', type) AS what, count() AS findings FROM findings WHERE ${findings} GROUP BY what ORDER BY findings DESC LIMIT 20`,
          ),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          {
            title: 'Findings a second, live',
            says: 'As the collector counts them, without a store between.',
            unit: 'short',
            none,
            min: 0,
          },
          [prom('sum by (guard, action) (rate(outrider_guard_findings_total[5m]))', '{{guard}} {{action}}')],
        ),
        table(
          {
            title: 'Rules',
            says: 'Which rule finds how much, and how often people called it a false alarm.',
            unit: 'short',
            none,
          },
          sql(
            'table',
            `
    SELECT guard, rule, count() AS findings, countIf(enforced) AS stopped, uniqExact(trace_id) AS runs,
      countIf(marks.verdict = 'false_alarm') AS false_alarms,
      false_alarms / nullIf(countIf(marks.verdict IN ('right', 'false_alarm')), 0) AS of_marked
    FROM findings LEFT JOIN (SELECT finding, argMax(verdict, time) AS verdict FROM verdicts GROUP BY finding) AS marks ON marks.finding = findings.id
    WHERE ${findings}
    GROUP BY guard, rule ORDER BY findings DESC LIMIT 100`,
          ),
          { of_marked: { unit: 'percentunit', decimals: 1 } },
        ),
        table(
          { title: 'Agents', says: 'Who is found out most.', unit: 'short', none },
          sql(
            'table',
            `
    SELECT agent, count() AS findings, countIf(enforced) AS stopped, uniqExact(trace_id) AS runs, max(findings.time) AS last
    FROM findings WHERE ${findings}
    GROUP BY agent ORDER BY findings DESC LIMIT 100`,
          ),
        ),
      ],
    },
    {
      height: 10,
      panels: [
        table(
          { title: 'Newest findings', says: 'Each with the run it is of.', unit: 'short', none },
          sql(
            'table',
            `
    SELECT time, agent, workflow, guard, type, rule, direction, action, enforced, shadow, score, trace_id
    FROM findings WHERE ${findings}
    ORDER BY findings.time DESC LIMIT 200`,
          ),
          { trace_id: { links: toRun }, score: { decimals: 2 } },
        ),
        table(
          {
            title: 'Newest refusals',
            says: 'Which rule stopped which call of which run.',
            unit: 'short',
            none: 'Nothing was refused',
          },
          sql(
            'table',
            `
    SELECT time, agent, call_kind, if(tool_name = '', model, tool_name) AS called, decision, reason, rule, message, trace_id
    FROM decisions WHERE ${decisions}
    ORDER BY decisions.time DESC LIMIT 200`,
          ),
          { trace_id: { links: toRun } },
        ),
      ],
    },
  ],
})
