SELECT
  if(response_model = '', request_model, response_model) AS model,
  sum(s.cost_nano) AS cost_nano,
  countIf(cost_source = 'unpriced') AS unpriced_calls,
  sum(s.input_tokens) AS input_tokens,
  sum(s.output_tokens) AS output_tokens,
  sum(s.cache_read_tokens) AS cache_read_tokens
FROM spans AS s
WHERE bucket >= intDiv({fromMs:Int64}, 600000) AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}) AND kind = 'llm' AND counted
GROUP BY model
