-- What agents did in the runs that started in a window, by agent, with the steps of the window as arrays.
WITH
  ({{LIVE}}) AS live
SELECT
  agent,
  toString(sum(step_runs) AS all_runs) AS runs_of,
  toString(sum(step_failed_runs)) AS failed_runs_of,
  toString(sum(step_turns)) AS turns_of,
  toString(sum(step_calls)) AS calls_of,
  toString(sum(step_failed_calls)) AS failed_calls_of,
  toString(sum(step_input_tokens)) AS input_tokens_of,
  toString(sum(step_output_tokens)) AS output_tokens_of,
  toString(sum(step_unpriced_calls)) AS unpriced_calls_of,
  toString(sum(step_cost)) AS cost_nano_of,
  toString(max(step_last_seen_ms)) AS last_seen_ms_of,
  quantilesTDigestArrayMerge(0.5, 0.95)(latency) AS latency_of,
  arraySort(groupArray((
    toFloat64(step), toFloat64(step_runs), toFloat64(step_failed_runs), toFloat64(step_turns), toFloat64(step_calls), toFloat64(step_failed_calls),
    toString(step_cost), finalizeAggregation(latency)
  ))) AS steps
FROM (
  SELECT
    agent,
    intDiv(start_ms - {fromMs:Int64}, {stepMs:Int64}) AS step,
    count() AS step_runs,
    countIf(if(run_turns > 0, run_failed_turns, run_failed_calls) > 0) AS step_failed_runs,
    sum(run_turns) AS step_turns,
    sum(run_calls) AS step_calls,
    sum(run_failed_calls) AS step_failed_calls,
    sum(run_input_tokens) AS step_input_tokens,
    sum(run_output_tokens) AS step_output_tokens,
    sum(run_unpriced_calls) AS step_unpriced_calls,
    sum(run_cost) AS step_cost,
    max(run_last_seen_ms) AS step_last_seen_ms,
    quantilesTDigestArrayState(0.5, 0.95)(run_latencies) AS latency
  FROM (
{{WITH LIVE}}
    SELECT
      agent, start_ms, run_turns, run_failed_turns, run_calls, run_failed_calls, run_input_tokens, run_output_tokens,
      run_unpriced_calls, run_cost, run_last_seen_ms, run_latencies
    FROM (
{{run-agents}}
    ) AS r
    INNER JOIN (SELECT (arrayJoin(arrayZip(live.1, live.2)) AS one).1 AS trace_id, one.2 AS start_ms) AS started USING (trace_id)
    UNION ALL
{{END}}
    SELECT
      agent, toUnixTimestamp64Milli(start_time) AS start_ms, run_turns, run_failed_turns, run_calls, run_failed_calls,
      run_input_tokens, run_output_tokens, run_unpriced_calls, run_cost, run_last_seen_ms, run_latencies
    FROM run_sums FINAL
    ARRAY JOIN
      agents.agent AS agent, agents.turns AS run_turns, agents.failed_turns AS run_failed_turns, agents.calls AS run_calls,
      agents.failed_calls AS run_failed_calls, agents.input_tokens AS run_input_tokens,
      agents.output_tokens AS run_output_tokens, agents.unpriced_calls AS run_unpriced_calls, agents.cost_nano AS run_cost,
      agents.last_seen_ms AS run_last_seen_ms, agents.latencies_ms AS run_latencies
    WHERE {{settled}} AND ({workflow:String} = '' OR has(workflows, {workflow:String}))
{{WITH LIVE}}
      AND trace_id NOT IN (SELECT arrayJoin(live.4))
{{END}}
  )
  GROUP BY agent, step
)
GROUP BY agent
ORDER BY all_runs DESC, agent
LIMIT 200
