-- As 0009, without corrected rows: what they change comes from amend-minutes.sql.
ALTER TABLE agent_minute_view {{on_cluster}} MODIFY QUERY
SELECT
  tenant,
  day,
  toDateTime(intDiv(least(toUnixTimestamp64Nano(start_time), 4294967295000000000), 60000000000) * 60, 'UTC') AS minute,
  agent,
  kind,
  if(response_model = '', request_model, response_model) AS model,
  tool_name,
  count() AS calls,
  countIf(status = 'error') AS errors,
  sumIf(ifNull(s.input_tokens, 0), counted) AS input_tokens,
  sumIf(ifNull(s.output_tokens, 0), counted) AS output_tokens,
  sumIf(ifNull(s.cache_read_tokens, 0), counted) AS cache_read_tokens,
  sumIf(ifNull(s.cost_nano, 0), counted) AS cost_nano,
  countIf(counted AND cost_source = 'unpriced') AS unpriced_calls,
  sum(duration_ns / 1e6) AS duration_ms_sum,
  max(duration_ns / 1e6) AS duration_ms_max,
  quantilesTDigestState(0.5, 0.95, 0.99)(toFloat32(duration_ns / 1e6)) AS duration_ms,
  quantilesTDigestStateIf(0.5, 0.95)(toFloat32(ifNull(s.ttft_ms, 0)), s.ttft_ms IS NOT NULL) AS ttft_ms
FROM spans AS s
WHERE NOT amended
GROUP BY tenant, day, minute, agent, kind, model, tool_name
