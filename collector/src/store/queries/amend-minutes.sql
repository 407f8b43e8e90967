-- What `amend` is about to change, as a difference for the rollup that adds up. Below zero wraps around, as the sum does.
INSERT INTO agent_minute
  (tenant, day, minute, agent, kind, model, tool_name, input_tokens, output_tokens, cache_read_tokens, cost_nano, unpriced_calls)
WITH
  (
    SELECT (min(first_bucket), max(last_bucket)) FROM trace_lookup
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
  ) AS bounds,
  latest AS (
    SELECT * FROM spans
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
      AND bucket >= bounds.1 AND bucket <= bounds.2
    ORDER BY received_at DESC
    LIMIT 1 BY tenant, trace_id, span_id
  ),
  wanted AS (
    SELECT tenant, trace_id, span_id, counted AS new_counted, priced, cost_nano AS new_cost, cost_source AS new_source
    FROM span_changes FINAL
    WHERE batch = {batch:String}
  ),
  changed AS (
    SELECT
      latest.*,
      toInt8(ifNull(new_counted, counted)) AS is_counted,
      toInt8(counted) AS was_counted,
      if(priced, new_cost, cost_nano) AS will_cost,
      if(priced, new_source, cost_source) AS will_source
    FROM latest INNER JOIN wanted USING (tenant, trace_id, span_id)
  )
SELECT
  tenant,
  day,
  toDateTime(intDiv(least(toUnixTimestamp64Nano(start_time), 4294967295000000000), 60000000000) * 60, 'UTC') AS minute,
  agent,
  kind,
  if(response_model = '', request_model, response_model) AS model,
  tool_name,
  toUInt64(sum(toInt64(ifNull(changed.input_tokens, 0)) * (is_counted - was_counted))),
  toUInt64(sum(toInt64(ifNull(changed.output_tokens, 0)) * (is_counted - was_counted))),
  toUInt64(sum(toInt64(ifNull(changed.cache_read_tokens, 0)) * (is_counted - was_counted))),
  sum(ifNull(will_cost, 0) * is_counted - ifNull(changed.cost_nano, 0) * was_counted),
  toUInt64(sum((will_source = 'unpriced') * is_counted - (changed.cost_source = 'unpriced') * was_counted))
FROM changed
WHERE is_counted != was_counted OR NOT (will_cost <=> changed.cost_nano) OR will_source != changed.cost_source
GROUP BY tenant, day, minute, agent, kind, model, tool_name
