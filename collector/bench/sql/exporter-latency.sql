SELECT
  toStartOfInterval(Timestamp, toIntervalMinute(5)) AS time,
  SpanAttributes['gen_ai.agent.name'] AS agent,
  quantile(0.95)(Duration) / 1e6 AS p95_ms
FROM exporter.otel_traces
WHERE Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND SpanAttributes['gen_ai.operation.name'] = 'chat'
GROUP BY time, agent
