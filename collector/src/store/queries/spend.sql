-- What was spent, by one key; what has no price also by provider and model. A workflow or user that a span does not tell
-- is the only one of its run, if there is one.
WITH
  ({{LIVE}}) AS live,
  -- A span that was sent again with another start is two rows for good, and perhaps one of them outside of the window: only
  -- the later counts. Mostly there are none, and nothing more is read of the others.
  told AS (
    SELECT tenant, trace_id, span_id, start_time, received_at FROM spans
    WHERE {{live-spans}} AND ({anyTenant:Bool} OR tenant = {tenant:String})
  ),
  earlier AS (
    SELECT id, arrayJoin(arrayFilter(start -> start != last, starts)) AS start_time
    FROM (
      SELECT
        cityHash64(tenant, trace_id, span_id) AS id, groupUniqArray(told.start_time) AS starts,
        argMax(told.start_time, received_at) AS last
      FROM told
      WHERE cityHash64(span_id) IN (SELECT cityHash64(span_id) AS short FROM told GROUP BY short HAVING count() > 1)
      GROUP BY id
      HAVING length(starts) > 1
    )
  ),
  once AS (
    SELECT
      trace_id, tenant, start_time, workflow, user_id, agent, provider, request_model, response_model, cost_source,
      input_tokens, output_tokens, cost_nano, kind, counted
    FROM spans FINAL
    WHERE {{live-spans}} AND bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32}
      AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
      AND (cityHash64(tenant, trace_id, span_id), start_time) NOT IN (SELECT id, start_time FROM earlier)
  ),
  live_calls AS (
    SELECT
      toString({{KEY}}) AS own_key,
      if(own_key = '' AND {by:String} IN ('workflow', 'user'), concat(trace_id, tenant), '') AS lost,
      is_unpriced,
      if(is_unpriced, provider, '') AS unpriced_provider,
      if(is_unpriced, model, '') AS unpriced_model,
      sum(o.told_calls) AS told_calls,
      sum(o.told_input_tokens) AS told_input_tokens,
      sum(o.told_output_tokens) AS told_output_tokens,
      max(o.last_ms) AS last_ms,
      sum(o.spends) AS spends,
      sum(o.calls) AS calls,
      sum(o.call_input_tokens) AS input_tokens,
      sum(o.call_output_tokens) AS output_tokens,
      sum(o.cost) AS cost
    FROM (
{{spent-spans}}
    ) AS o
    GROUP BY own_key, lost, is_unpriced, unpriced_provider, unpriced_model
  ),
  -- of the live runs of calls that do not tell the key themselves; sums have been told it
  runs_of AS (
    SELECT
      concat(trace_id, tenant) AS lost,
      arrayDistinct(arrayFlatten(groupArray(if({by:String} = 'user', users, workflows)))) AS run_keys
    FROM runs
    WHERE {by:String} IN ('workflow', 'user') AND trace_id IN (SELECT arrayJoin(live.1)) AND hour IN (SELECT arrayJoin(live.3))
      AND hour >= intDiv({fromBucket:UInt32}, 6) - 168 AND hour <= intDiv({toBucket:UInt32}, 6) + 168
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
    GROUP BY lost
  )
SELECT
  is_key,
  toString(any(all_cost)) AS total_nano,
  groupArray((
    key, toString(unpriced_provider), toString(unpriced_model), toString(calls_of), toString(input_of), toString(output_of),
    toString(cost_of), toString(unpriced_of), toString(last_of)
  )) AS rows
FROM (
  -- each key, then all that has a price and each model that has none
  SELECT
    grouping(is_unpriced) = 1 AS is_key, key, is_unpriced, unpriced_provider, unpriced_model,
    sum(c.spends) AS spends_of,
    if(is_key, sum(c.calls), sum(c.told_calls)) AS calls_of,
    if(is_key, sum(c.input_tokens), sum(c.told_input_tokens)) AS input_of,
    if(is_key, sum(c.output_tokens), sum(c.told_output_tokens)) AS output_of,
    sum(c.cost) AS cost_of,
    sumIf(c.spends, c.is_unpriced) AS unpriced_of,
    max(c.last_ms) AS last_of,
    sum(cost_of) OVER (PARTITION BY is_key) AS all_cost
  FROM (
{{WITH LIVE}}
    SELECT
      if(length(run_keys) = 1, run_keys[1], own_key) AS key, is_unpriced, unpriced_provider, unpriced_model, told_calls,
      told_input_tokens, told_output_tokens, last_ms, spends, calls, input_tokens, output_tokens, cost
    FROM live_calls LEFT JOIN runs_of USING (lost)
    UNION ALL
{{END}}
    SELECT
      toString(settled_key) AS key, is_unpriced, unpriced_provider, unpriced_model, told_calls, told_input_tokens,
      told_output_tokens, last_ms, spends, calls, input_tokens, output_tokens, cost
    FROM (
      SELECT
        {{KEY}} AS settled_key, is_unpriced,
        if(is_unpriced, provider, '') AS unpriced_provider,
        if(is_unpriced, model, '') AS unpriced_model,
        sum(entry_told_calls) AS told_calls,
        sum(entry_told_input_tokens) AS told_input_tokens,
        sum(entry_told_output_tokens) AS told_output_tokens,
        max(entry_last_ms) AS last_ms,
        sum(entry_spends) AS spends,
        sum(entry_calls) AS calls,
        sum(entry_input_tokens) AS input_tokens,
        sum(entry_output_tokens) AS output_tokens,
        sum(entry_cost) AS cost
      FROM (
        SELECT * EXCEPT (day, workflow) FROM run_sums FINAL
        WHERE NOT gone AND day >= toDate({sumsFromDay:UInt16})
          AND spent_from >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND spent_to < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
          AND ({anyTenant:Bool} OR tenant = {tenant:String})
{{WITH LIVE}}
          AND trace_id NOT IN (SELECT arrayJoin(live.4))
{{END}}
      )
      ARRAY JOIN
        spent.day AS day, spent.workflow AS workflow, spent.user_id AS user_id, spent.agent AS agent, spent.provider AS provider,
        spent.model AS model, spent.is_unpriced AS is_unpriced, spent.told_calls AS entry_told_calls,
        spent.told_input_tokens AS entry_told_input_tokens, spent.told_output_tokens AS entry_told_output_tokens,
        spent.last_ms AS entry_last_ms, spent.spends AS entry_spends, spent.calls AS entry_calls,
        spent.input_tokens AS entry_input_tokens, spent.output_tokens AS entry_output_tokens, spent.cost_nano AS entry_cost
      GROUP BY settled_key, is_unpriced, unpriced_provider, unpriced_model
    )
  ) AS c
  GROUP BY GROUPING SETS ((key), (is_unpriced, unpriced_provider, unpriced_model))
  HAVING if(is_key, spends_of > 0, is_unpriced)
  ORDER BY is_key, if(is_key AND {by:String} = 'day', key, ''), if(is_key, ifNull(cost_of, 0), 0) DESC, calls_of DESC,
    key, unpriced_provider, unpriced_model
  LIMIT {rows:UInt32} BY is_key
)
GROUP BY is_key
