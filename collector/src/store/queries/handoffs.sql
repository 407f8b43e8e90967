-- Which agent called which, in the runs that started in a window, and which workflow began with which agent. What the one
-- that was called spent carries the name of the one that called it too; who was called by nobody works for the workflow.
WITH
  ({{LIVE}}) AS live
SELECT
  is_start,
  toString(caller) AS caller,
  toString(callee) AS callee,
  toString(count() AS all_runs) AS runs_of,
  toString(sum(run_calls) AS all_calls) AS calls_of,
  toString(sum(run_failed_calls)) AS failed_calls_of,
  quantileTDigestArray(0.95)(run_latencies) AS p95_ms,
  toString(sum(run_cost)) AS cost_nano_of
FROM (
{{WITH LIVE}}
  SELECT is_start, caller, callee, run_calls, run_failed_calls, run_cost, run_latencies
  FROM (
{{run-handoffs}}
  )
  UNION ALL
{{END}}
  SELECT is_start, caller, callee, run_calls, run_failed_calls, run_cost, run_latencies
  FROM run_sums FINAL
  ARRAY JOIN
    handoffs.is_start AS is_start, handoffs.caller AS caller, handoffs.callee AS callee, handoffs.calls AS run_calls,
    handoffs.failed_calls AS run_failed_calls, handoffs.cost_nano AS run_cost, handoffs.latencies_ms AS run_latencies
  WHERE {{settled}} AND ({workflow:String} = '' OR has(workflows, {workflow:String}))
{{WITH LIVE}}
    AND trace_id NOT IN (SELECT arrayJoin(live.4))
{{END}}
)
GROUP BY is_start, caller, callee
ORDER BY all_calls DESC, all_runs DESC, caller, callee
LIMIT 1000 BY is_start
