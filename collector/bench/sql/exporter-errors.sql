SELECT
  SpanAttributes['gen_ai.tool.name'] AS tool,
  SpanAttributes['gen_ai.agent.name'] AS agent,
  count() AS calls,
  countIf(StatusCode = 'Error') AS errors
FROM exporter.otel_traces
WHERE Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND SpanAttributes['gen_ai.operation.name'] = 'execute_tool'
GROUP BY tool, agent
