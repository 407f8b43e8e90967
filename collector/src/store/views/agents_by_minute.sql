-- One row an agent, workflow and minute. Percentiles are of that minute and cannot be added up.
SELECT
  toStartOfMinute(start_time) AS minute,
  tenant, workflow, agent,
  countIf(kind IN ('llm', 'tool')) AS calls,
  countIf(kind IN ('llm', 'tool') AND status = 'error') AS errors,
  countIf(kind = 'llm') AS llm_calls,
  countIf(kind = 'tool') AS tool_calls,
  sumIf(ifNull(s.input_tokens, 0), kind IN ('llm', 'agent', 'chain') AND counted) AS input_tokens,
  sumIf(ifNull(s.output_tokens, 0), kind IN ('llm', 'agent', 'chain') AND counted) AS output_tokens,
  sumIf(ifNull(s.cost_nano, 0), counted) / 1e9 AS cost_usd,
  quantileTDigestIf(0.5)(duration_ns / 1e6, kind = 'llm') AS p50_ms,
  quantileTDigestIf(0.95)(duration_ns / 1e6, kind = 'llm') AS p95_ms
FROM {{database}}.spans AS s FINAL
WHERE agent != ''
GROUP BY tenant, workflow, agent, minute
