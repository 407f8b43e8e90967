-- One row a span that cost money, each once: what SUM(cost_usd) of any rows says is what they cost.
SELECT
  tenant, trace_id, span_id,
  start_time AS time,
  kind, workflow, agent, agent_version, user_id, session_id, provider,
  if(response_model = '', request_model, response_model) AS model,
  prompt_name, prompt_version, config_version,
  input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
  assumeNotNull(cost_nano) / 1e9 AS cost_usd, cost_source, price_version
FROM {{database}}.spans FINAL
WHERE counted AND cost_nano IS NOT NULL
