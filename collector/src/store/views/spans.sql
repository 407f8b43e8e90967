-- One row a span, as it was told last. Sums of money and tokens are of rows where `counted`. Texts are not here.
SELECT
  tenant, trace_id, span_id, parent_span_id,
  start_time,
  start_time + toIntervalNanosecond(duration_ns) AS end_time,
  duration_ns / 1e6 AS duration_ms,
  kind, name, service, workflow, agent, agent_version, parent_agent,
  provider, if(response_model = '', request_model, response_model) AS model, operation,
  status, error_type, status_message, stop_reason, finish_reason,
  input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
  cost_nano / 1e9 AS cost_usd, cost_source, price_version, counted,
  tool_name, session_id, user_id, prompt_name, prompt_version, config_version, tags,
  attempt, retry_of, fallback_of, cache_hit, score, outcome, ttft_ms, streaming, dialect,
  -- versions of a span differ in it: an index must not choose between them
  attributes, greatest(received_at, toDateTime64(0, 3, 'UTC')) AS received_at
FROM {{database}}.spans FINAL
