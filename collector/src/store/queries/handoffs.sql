-- Which agent called which, in the runs that started in a window, and which workflow began with which agent. What the one
-- that was called spent carries the name of the one that called it too; who was called by nobody works for the workflow.
WITH started AS (
  SELECT trace_id
  FROM runs
  WHERE hour >= {firstHour:UInt32} AND hour <= {lastHour:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
  GROUP BY trace_id
  HAVING min(runs.start_time) >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND min(runs.start_time) < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    AND ({workflow:String} = '' OR max(has(workflows, {workflow:String})))
)
SELECT
  parent_agent = '' AS is_start,
  if(is_start, toString(workflow), toString(parent_agent)) AS caller,
  agent AS callee,
  toString(uniqExact(cityHash64(trace_id)) AS all_runs) AS runs_of,
  toString(countIf(kind = 'agent') AS all_calls) AS calls_of,
  toString(countIf(kind = 'agent' AND status = 'error')) AS failed_calls_of,
  quantileTDigestIf(0.95)(duration_ns / 1e6, kind = 'agent') AS p95_ms,
  toString(sumIf(toInt128(s.cost_nano), counted)) AS cost_nano_of
FROM (
  SELECT trace_id, workflow, agent, parent_agent, kind, status, duration_ns, counted, cost_nano
  FROM spans FINAL
  WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32} + 144
    AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND agent != ''
    -- what is told about an agent from outside does not know who called it
    AND (parent_agent != '' OR (workflow != '' AND kind NOT IN ('gate', 'guard', 'eval')))
    AND trace_id IN (SELECT trace_id FROM started)
) AS s
GROUP BY is_start, caller, callee
ORDER BY all_calls DESC, all_runs DESC, caller, callee
LIMIT 1000 BY is_start
