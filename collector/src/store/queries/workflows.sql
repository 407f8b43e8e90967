-- How the runs that started in a window ended, by workflow. An outcome that was posted wins over what the spans tell; without
-- either a failed or stopped root span (or what a request as root let in) is a failure, and everything else is unknown.
WITH
  ({{LIVE}}) AS live,
  posted AS (
    SELECT trace_id, argMax(outcome, received_at) AS posted_outcome FROM outcomes
    WHERE ({anyTenant:Bool} OR tenant IN ({tenant:String}, ''))
    GROUP BY trace_id
  )
SELECT
  toString(workflow_of) AS workflow,
  toString(count() AS all_runs) AS runs_of,
  toString(countIf(ending = 'succeeded')) AS succeeded_of,
  toString(countIf(ending = 'failed')) AS failed_of,
  toString(countIf(ending = 'unknown')) AS unknown_of,
  quantileTDigestIf(0.95)(run_ms, run_ms IS NOT NULL) AS p95_ms,
  toString(sum(run_cost)) AS cost_nano_of
FROM (
  SELECT
    workflow_of, run_ms, run_cost,
    lowerUTF8(if(posted_outcome != '', toString(posted_outcome), toString(told_outcome))) AS word,
    multiIf(
      word != '', if(word IN {success:Array(String)}, 'succeeded', 'failed'),
      root_status = 'error' OR root_stop_reason NOT IN ('', 'completed', 'tool_calls', 'max_tokens'), 'failed',
      'unknown'
    ) AS ending
  FROM (
{{WITH LIVE}}
{{run-roots}}
    UNION ALL
{{END}}
    SELECT
      trace_id, workflow AS workflow_of, outcome AS told_outcome, root_status, root_stop_reason, run_ms, cost_nano AS run_cost
    FROM run_sums FINAL
    WHERE {{settled}}
{{WITH LIVE}}
      AND trace_id NOT IN (SELECT arrayJoin(live.4))
{{END}}
  ) AS r
  LEFT JOIN posted USING (trace_id)
)
GROUP BY workflow
ORDER BY all_runs DESC, workflow
LIMIT 1000
