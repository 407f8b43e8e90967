-- Which agent called which, in the runs that started in a window. What the one that was called spent carries the name of
-- the one that called it too.
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
  parent_agent AS caller,
  agent AS callee,
  toString(uniqExact(trace_id)) AS runs_of,
  toString(countIf(kind = 'agent') AS all_calls) AS calls_of,
  toString(countIf(kind = 'agent' AND status = 'error')) AS failed_calls_of,
  quantileTDigestIf(0.95)(duration_ns / 1e6, kind = 'agent') AS p95_ms,
  toString(sumIf(toInt128(s.cost_nano), counted)) AS cost_nano_of
FROM (
  SELECT trace_id, agent, parent_agent, kind, status, duration_ns, counted, cost_nano
  FROM spans FINAL
  WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32} + 144
    AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND agent != '' AND parent_agent != ''
    AND trace_id IN (SELECT trace_id FROM started)
) AS s
GROUP BY caller, callee
ORDER BY all_calls DESC, caller, callee
LIMIT 1000
