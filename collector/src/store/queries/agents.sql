-- What agents did in the runs that started in a window, by agent, with the steps of the window as arrays. A run starts at
-- the earliest start that was ever told, as in the list of runs, so that a step and the list agree.
WITH started AS (
  SELECT trace_id, intDiv(toUnixTimestamp64Milli(min(runs.start_time)) - {fromMs:Int64}, {stepMs:Int64}) AS step
  FROM runs
  WHERE hour >= {firstHour:UInt32} AND hour <= {lastHour:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
  GROUP BY trace_id
  HAVING min(runs.start_time) >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND min(runs.start_time) < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    AND ({workflow:String} = '' OR max(has(workflows, {workflow:String})))
)
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
    agent, step,
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
    quantilesTDigestArrayState(0.5, 0.95)(if(empty(turns_ms), calls_ms, turns_ms)) AS latency
  FROM (
    SELECT
      agent, trace_id, any(started.step) AS step,
      countIf(kind = 'agent') AS run_turns,
      countIf(kind = 'agent' AND status = 'error') AS run_failed_turns,
      countIf(is_call) AS run_calls,
      countIf(is_call AND status = 'error') AS run_failed_calls,
      sumIf(toUInt128(ifNull(s.input_tokens, 0)), counted AND kind = 'llm') AS run_input_tokens,
      sumIf(toUInt128(ifNull(s.output_tokens, 0)), counted AND kind = 'llm') AS run_output_tokens,
      countIf(counted AND cost_source = 'unpriced') AS run_unpriced_calls,
      sumIf(toInt128(s.cost_nano), counted) AS run_cost,
      max(toUnixTimestamp64Milli(start_time) + intDiv(duration_ns, 1000000)) AS run_last_seen_ms,
      groupArrayIf(duration_ns / 1e6, kind = 'agent') AS turns_ms,
      groupArrayIf(duration_ns / 1e6, kind = 'llm') AS calls_ms
    FROM (
      SELECT
        trace_id, agent, kind, status, counted, cost_source, cost_nano, input_tokens, output_tokens, start_time, duration_ns,
        kind IN ('llm', 'tool', 'retrieval', 'embedding') AS is_call
      FROM spans FINAL
      WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32} + 144
        AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND agent != ''
    ) AS s
    INNER JOIN started USING (trace_id)
    GROUP BY agent, trace_id
  )
  GROUP BY agent, step
)
GROUP BY agent
ORDER BY all_runs DESC, agent
LIMIT 200
