-- What was spent, by one key. A workflow or user that a span does not tell is the only one of its run, if there is one.
WITH
  -- A span that was sent again with another start is two rows for good, and perhaps one of them outside of the window:
  -- only the later counts. Traces that reach out of the window are looked at as a whole.
  reaching AS (
    SELECT trace_id FROM trace_lookup
    WHERE {anyTenant:Bool} OR tenant = {tenant:String}
    GROUP BY trace_id
    HAVING min(first_bucket) <= {toBucket:UInt32} AND max(last_bucket) >= {fromBucket:UInt32}
      AND (min(first_bucket) < {fromBucket:UInt32} OR max(last_bucket) > {toBucket:UInt32})
  ),
  starts AS (
    SELECT cityHash64(tenant, trace_id, span_id) AS id, s.start_time AS start, received_at FROM spans AS s
    WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32}
      AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND (kind IN ('llm', 'embedding') OR s.cost_nano IS NOT NULL)
    UNION ALL
    SELECT cityHash64(tenant, trace_id, span_id) AS id, s.start_time AS start, received_at FROM spans AS s
    WHERE trace_id IN (SELECT trace_id FROM reaching) AND (bucket < {fromBucket:UInt32} OR bucket > {toBucket:UInt32})
      AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND (kind IN ('llm', 'embedding') OR s.cost_nano IS NOT NULL)
  ),
  moved AS (SELECT id, argMax(start, received_at) AS last FROM starts GROUP BY id HAVING min(start) != max(start)),
  runs_of AS (
    SELECT
      tenant, trace_id,
      arrayDistinct(arrayFlatten(groupArray(workflows))) AS run_workflows, arrayDistinct(arrayFlatten(groupArray(users))) AS run_users
    FROM runs
    WHERE hour >= intDiv({fromBucket:UInt32}, 6) - 168 AND hour <= intDiv({toBucket:UInt32}, 6) + 168
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
    GROUP BY tenant, trace_id
  ),
  calls AS (
    SELECT
      tenant, trace_id, toDate(start_time) AS date, agent, workflow, user_id, provider, input_tokens, output_tokens,
      if(response_model = '', request_model, response_model) AS model,
      cost_nano, cost_source, kind IN ('llm', 'embedding') AS is_call
    FROM spans FINAL
    WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32}
      AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
      AND counted AND (kind IN ('llm', 'embedding') OR spans.cost_nano IS NOT NULL)
      AND (
        cityHash64(tenant, trace_id, span_id) NOT IN (SELECT id FROM moved)
        OR (cityHash64(tenant, trace_id, span_id), start_time) IN (SELECT id, last FROM moved)
      )
  )
SELECT
  key,
  toString(countIf(is_call)) AS calls,
  toString(sumIf(toUInt128(ifNull(c.input_tokens, 0)), is_call)) AS input_tokens,
  toString(sumIf(toUInt128(ifNull(c.output_tokens, 0)), is_call)) AS output_tokens,
  toString(sum(toInt128(c.cost_nano))) AS cost_nano,
  toString(countIf(cost_source = 'unpriced')) AS unpriced_calls
FROM (
  SELECT
    calls.*,
    multiIf(
      {by:String} = 'model', toString(model),
      {by:String} = 'agent', toString(agent),
      {by:String} = 'workflow', if(workflow = '' AND length(run_workflows) = 1, run_workflows[1], toString(workflow)),
      {by:String} = 'user', if(user_id = '' AND length(run_users) = 1, run_users[1], user_id),
      {by:String} = 'tenant', toString(tenant),
      {by:String} = 'day', toString(date),
      toString(provider)
    ) AS key
  FROM calls LEFT JOIN runs_of USING (tenant, trace_id)
) AS c
GROUP BY key
