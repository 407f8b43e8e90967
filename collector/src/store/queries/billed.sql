SELECT
  tenant, trace_id, span_id, kind, toString(toUnixTimestamp64Nano(s.start_time)) AS start_ns, provider, request_model,
  response_model, toString(s.input_tokens) AS input_tokens, toString(s.output_tokens) AS output_tokens,
  toString(s.cache_read_tokens) AS cache_read_tokens, toString(s.cache_write_tokens) AS cache_write_tokens,
  toString(s.reasoning_tokens) AS reasoning_tokens, toString(s.cost_nano) AS cost_nano, cost_source, price_version, counted
FROM spans AS s FINAL
WHERE bucket >= {hour:UInt32} * 6 AND bucket < ({hour:UInt32} + 1) * 6
  AND start_time >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
  AND (kind IN ('llm', 'embedding') OR (counted AND kind IN ('agent', 'chain')))
  AND cost_source IN ('priced', 'unpriced')
  AND (trace_id, span_id, tenant) > ({afterTrace:String}, {afterSpan:String}, {afterTenant:String})
ORDER BY trace_id, span_id, tenant
LIMIT {limit:UInt32}
