import { sql } from './query.ts'

/** What fired and ended: lines in every series of a dashboard. */
export const events = sql(
  'table',
  `
    SELECT time, text, concat(rule, ' ', event) AS title, concat('alert,', severity, ',', event) AS tags
    FROM alerts WHERE $__timeFilter(time) ORDER BY time LIMIT 500`,
  'events',
)

/** Alerts whose last word in the week before is that they fired; in an older one than that nobody believes any more. */
export const firing = `(
      SELECT identity, argMax(event, time) AS last, max(alerts.time) AS fired_at, argMax(severity, time) AS how, argMax(rule, time) AS which,
        argMax(text, time) AS says, argMax(agent, time) AS who, argMax(workflow, time) AS in_workflow, argMax(examples[1], time) AS example
      FROM alerts WHERE time >= $__fromTime - INTERVAL 7 DAY AND time <= $__toTime GROUP BY identity
      HAVING last = 'fired')`
