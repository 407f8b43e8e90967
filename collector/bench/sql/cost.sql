SELECT
  model,
  sum(cost_nano) AS cost_nano,
  sum(unpriced_calls) AS unpriced_calls,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_read_tokens) AS cache_read_tokens
FROM agent_minute
WHERE minute >= fromUnixTimestamp64Milli({fromMs:Int64}) AND kind = 'llm'
GROUP BY model
