-- There is no money in this schema: tokens by model, for someone else to price.
SELECT
  SpanAttributes['gen_ai.response.model'] AS model,
  sum(toUInt64OrZero(SpanAttributes['gen_ai.usage.input_tokens'])) AS input_tokens,
  sum(toUInt64OrZero(SpanAttributes['gen_ai.usage.output_tokens'])) AS output_tokens,
  sum(toUInt64OrZero(SpanAttributes['gen_ai.usage.cache_read.input_tokens'])) AS cache_read_tokens
FROM exporter.otel_traces
WHERE Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND SpanAttributes['gen_ai.operation.name'] = 'chat'
GROUP BY model
