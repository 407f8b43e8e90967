-- The traces that something arrived of last, as far as lineage goes by it: no texts, no attributes but the one that says
-- which of LangSmith's spans tell a call of another.
WITH recent AS (
  SELECT trace_id FROM spans
  WHERE day >= toDate(fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC'))
  GROUP BY trace_id
  ORDER BY max(received_at) DESC
  LIMIT {traces:UInt32}
)
SELECT
  tenant, trace_id, span_id, parent_span_id, toString(toUnixTimestamp64Nano(start_time)) AS start_ns, duration_ns, kind, name,
  '' AS service, workflow, agent, agent_version, parent_agent, ttft_ms, streaming, status, '' AS error_type,
  '' AS status_message, '' AS stop_reason, finish_reason, finish_reason_raw, provider, request_model, response_model,
  response_id, '' AS operation, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
  cost_nano, cost_source, price_version, counted, tool_name, '' AS tool_call_id, NULL AS retrieval_top_k, session_id,
  user_id, '' AS prompt_name, '' AS prompt_version, '' AS config_version, [] AS tags, NULL AS attempt, '' AS retry_of,
  '' AS fallback_of, NULL AS cache_hit, NULL AS score, content_mode, 0 AS content_bytes,
  mapFilter((key, value) -> key = 'langsmith.trace.name', s.attributes) AS attributes, [] AS attributes_json,
  arrayFilter(note -> startsWith(note, 'langsmith.trace.name='), s.attributes_same) AS attributes_same, '' AS resource,
  scope_name, scope_version, '' AS events, '' AS links, dialect, map() AS cut, [] AS warnings, said
FROM (
  SELECT * FROM spans
  WHERE trace_id IN (SELECT trace_id FROM recent) AND day >= toDate(fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC'))
  ORDER BY received_at DESC
  LIMIT 1 BY tenant, trace_id, span_id
  LIMIT {spans:UInt32}
) AS s
ORDER BY received_at
