-- The newest 50 runs of a day, ids first (by their roots, which is all this schema lets one find early), details second.
WITH newest AS (
  SELECT TraceId
  FROM exporter.otel_traces
  WHERE Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND ParentSpanId = ''
  ORDER BY Timestamp DESC
  LIMIT 50
)
SELECT
  TraceId,
  min(Timestamp) AS started,
  max(Timestamp + toIntervalNanosecond(Duration)) AS ended,
  anyIf(SpanName, ParentSpanId = '') AS name,
  anyIf(StatusCode, ParentSpanId = '') AS status,
  any(SpanAttributes['gen_ai.workflow.name']) AS workflow,
  any(SpanAttributes['gen_ai.conversation.id']) AS session,
  any(SpanAttributes['user.id']) AS user,
  count() AS spans,
  countIf(StatusCode = 'Error') AS errors,
  countIf(SpanAttributes['gen_ai.operation.name'] = 'chat') AS llm_calls,
  countIf(SpanAttributes['gen_ai.operation.name'] = 'execute_tool') AS tool_calls,
  groupUniqArray(SpanAttributes['gen_ai.agent.name']) AS agents,
  groupUniqArray(SpanAttributes['gen_ai.response.model']) AS models,
  sum(toUInt64OrZero(SpanAttributes['gen_ai.usage.input_tokens'])) AS input_tokens,
  sum(toUInt64OrZero(SpanAttributes['gen_ai.usage.output_tokens'])) AS output_tokens
FROM exporter.otel_traces
WHERE Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND TraceId IN newest
GROUP BY TraceId
ORDER BY started DESC
