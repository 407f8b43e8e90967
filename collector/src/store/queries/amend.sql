-- Stored spans as they are, but with what a batch of `span_changes` says.
INSERT INTO spans
WITH
  (
    SELECT (min(first_bucket), max(last_bucket)) FROM trace_lookup
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
  ) AS bounds,
  -- whole rows are read of the spans that change only, and never sorted
  latest AS (
    SELECT * FROM spans
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
      AND bucket >= bounds.1 AND bucket <= bounds.2
      AND (tenant, trace_id, span_id, received_at) IN (
        SELECT tenant, trace_id, span_id, max(received_at) FROM spans
        WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
          AND bucket >= bounds.1 AND bucket <= bounds.2
          AND (tenant, trace_id, span_id) IN (SELECT tenant, trace_id, span_id FROM span_changes WHERE batch = {batch:String})
        GROUP BY tenant, trace_id, span_id
      )
    LIMIT 1 BY tenant, trace_id, span_id
  ),
  wanted AS (SELECT tenant, trace_id, span_id, fields AS new FROM span_changes FINAL WHERE batch = {batch:String})
SELECT latest.* REPLACE (
  -- later than the row it replaces, whatever the clock says
  greatest({at:DateTime64(3, 'UTC')}, addMilliseconds(received_at, 1)) AS received_at,
  if(mapContains(new, 'kind'), new['kind'], toString(kind)) AS kind,
  if(mapContains(new, 'agent'), new['agent'], agent) AS agent,
  if(mapContains(new, 'agent_version'), new['agent_version'], agent_version) AS agent_version,
  if(mapContains(new, 'parent_agent'), new['parent_agent'], parent_agent) AS parent_agent,
  if(mapContains(new, 'workflow'), new['workflow'], workflow) AS workflow,
  if(mapContains(new, 'session_id'), new['session_id'], session_id) AS session_id,
  if(mapContains(new, 'user_id'), new['user_id'], user_id) AS user_id,
  if(mapContains(new, 'provider'), new['provider'], provider) AS provider,
  if(mapContains(new, 'request_model'), new['request_model'], request_model) AS request_model,
  if(mapContains(new, 'response_model'), new['response_model'], response_model) AS response_model,
  if(mapContains(new, 'response_id'), new['response_id'], response_id) AS response_id,
  if(mapContains(new, 'finish_reason'), new['finish_reason'], finish_reason) AS finish_reason,
  if(mapContains(new, 'finish_reason_raw'), new['finish_reason_raw'], finish_reason_raw) AS finish_reason_raw,
  if(mapContains(new, 'cost_source'), new['cost_source'], cost_source) AS cost_source,
  if(mapContains(new, 'price_version'), new['price_version'], price_version) AS price_version,
  if(mapContains(new, 'said'), new['said'], said) AS said,
  if(mapContains(new, 'input_tokens'), toUInt64OrNull(new['input_tokens']), input_tokens) AS input_tokens,
  if(mapContains(new, 'output_tokens'), toUInt64OrNull(new['output_tokens']), output_tokens) AS output_tokens,
  if(mapContains(new, 'cache_read_tokens'), toUInt64OrNull(new['cache_read_tokens']), cache_read_tokens) AS cache_read_tokens,
  if(mapContains(new, 'cache_write_tokens'), toUInt64OrNull(new['cache_write_tokens']), cache_write_tokens) AS cache_write_tokens,
  if(mapContains(new, 'reasoning_tokens'), toUInt64OrNull(new['reasoning_tokens']), reasoning_tokens) AS reasoning_tokens,
  if(mapContains(new, 'cost_nano'), toInt64OrNull(new['cost_nano']), cost_nano) AS cost_nano,
  if(mapContains(new, 'ttft_ms'), toFloat64OrNull(new['ttft_ms']), ttft_ms) AS ttft_ms,
  if(mapContains(new, 'streaming'), if(new['streaming'] = '', NULL, new['streaming'] = 'true'), streaming) AS streaming,
  if(mapContains(new, 'counted'), new['counted'] = 'true', counted) AS counted
)
FROM latest INNER JOIN wanted USING (tenant, trace_id, span_id)
