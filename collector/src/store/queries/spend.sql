-- What was spent, by one key; what has no price also by provider and model. A workflow or user that a span does not tell
-- is the only one of its run, if there is one.
WITH
  -- A span that was sent again with another start is two rows for good, and perhaps one of them outside of the window:
  -- only the later counts. Traces that reach out of the window are looked at as a whole.
  reaching AS (
    SELECT trace_id FROM trace_lookup
    WHERE (first_bucket < {fromBucket:UInt32} OR last_bucket > {toBucket:UInt32}) AND ({anyTenant:Bool} OR tenant = {tenant:String})
      AND trace_id IN (
        SELECT trace_id FROM trace_lookup
        WHERE first_bucket <= {toBucket:UInt32} AND last_bucket >= {fromBucket:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
      )
  ),
  told AS (
    SELECT tenant, trace_id, span_id, start_time, received_at FROM spans
    PREWHERE kind IN ('llm', 'embedding') OR cost_nano IS NOT NULL OR cost_source = 'unpriced'
    WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
    UNION ALL
    SELECT tenant, trace_id, span_id, start_time, received_at FROM spans
    WHERE trace_id IN (SELECT trace_id FROM reaching) AND (bucket < {fromBucket:UInt32} OR bucket > {toBucket:UInt32})
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
  ),
  -- mostly none: then nothing more is read of the others
  (
    SELECT groupArray(short) FROM (SELECT cityHash64(span_id) AS short FROM told GROUP BY short HAVING count() > 1)
  ) AS suspects,
  (
    SELECT groupArray((id, last)) FROM (
      SELECT cityHash64(tenant, trace_id, span_id) AS id, argMax(told.start_time, received_at) AS last FROM told
      WHERE notEmpty(suspects) AND cityHash64(span_id) IN (SELECT arrayJoin(suspects))
      GROUP BY id
      HAVING min(told.start_time) != max(told.start_time)
    )
  ) AS moved,
  calls AS (
    SELECT
      own_key, lost, is_unpriced, unpriced_provider, unpriced_model,
      count() AS told_calls,
      sum(toUInt128(ifNull(s.input_tokens, 0))) AS told_input_tokens,
      sum(toUInt128(ifNull(s.output_tokens, 0))) AS told_output_tokens,
      max(toUnixTimestamp64Milli(start_time)) AS last_ms,
      countIf(is_call OR s.cost_nano IS NOT NULL) AS spends,
      countIf(is_call) AS calls,
      sumIf(toUInt128(ifNull(s.input_tokens, 0)), is_call) AS input_tokens,
      sumIf(toUInt128(ifNull(s.output_tokens, 0)), is_call) AS output_tokens,
      sum(toInt128(s.cost_nano)) AS cost
    FROM (
      SELECT
        start_time, input_tokens, output_tokens, cost_nano, kind IN ('llm', 'embedding') AS is_call,
        if(response_model = '', request_model, response_model) AS model,
        multiIf(
          {by:String} = 'model', toString(model),
          {by:String} = 'agent', toString(agent),
          {by:String} = 'workflow', toString(workflow),
          {by:String} = 'user', user_id,
          {by:String} = 'tenant', toString(tenant),
          {by:String} = 'day', toString(toDate(start_time)),
          toString(provider)
        ) AS own_key,
        if(own_key = '' AND {by:String} IN ('workflow', 'user'), concat(trace_id, tenant), '') AS lost,
        cost_source = 'unpriced' AS is_unpriced,
        if(is_unpriced, toString(provider), '') AS unpriced_provider,
        if(is_unpriced, toString(model), '') AS unpriced_model
      FROM spans FINAL
      WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32}
        AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
        AND ({anyTenant:Bool} OR tenant = {tenant:String})
        AND counted AND (kind IN ('llm', 'embedding') OR cost_nano IS NOT NULL OR cost_source = 'unpriced')
        AND (
          empty(moved)
          OR cityHash64(tenant, trace_id, span_id) NOT IN (SELECT arrayJoin(moved).1)
          OR (cityHash64(tenant, trace_id, span_id), start_time) IN (SELECT one.1, one.2 FROM (SELECT arrayJoin(moved) AS one))
        )
    ) AS s
    GROUP BY own_key, lost, is_unpriced, unpriced_provider, unpriced_model
  ),
  -- of the runs of calls that do not tell the key themselves
  runs_of AS (
    SELECT
      concat(trace_id, tenant) AS lost,
      arrayDistinct(arrayFlatten(groupArray(if({by:String} = 'user', users, workflows)))) AS run_keys
    FROM runs
    WHERE {by:String} IN ('workflow', 'user')
      AND hour >= intDiv({fromBucket:UInt32}, 6) - 168 AND hour <= intDiv({toBucket:UInt32}, 6) + 168
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
    GROUP BY lost
  )
SELECT
  if(length(run_keys) = 1, run_keys[1], own_key) AS key,
  is_unpriced, unpriced_provider, unpriced_model,
  toString(sum(c.told_calls)) AS told_calls,
  toString(sum(c.told_input_tokens)) AS told_input_tokens,
  toString(sum(c.told_output_tokens)) AS told_output_tokens,
  toString(max(last_ms)) AS last_seen_ms,
  toString(sum(c.spends)) AS spends,
  toString(sum(c.calls)) AS calls,
  toString(sum(c.input_tokens)) AS input_tokens,
  toString(sum(c.output_tokens)) AS output_tokens,
  toString(sum(cost)) AS cost_nano
FROM calls AS c LEFT JOIN runs_of USING (lost)
GROUP BY key, is_unpriced, unpriced_provider, unpriced_model
