CREATE MATERIALIZED VIEW exporter.otel_traces_trace_id_ts_mv TO exporter.otel_traces_trace_id_ts AS
SELECT TraceId, min(toDateTime(Timestamp)) AS Start, max(toDateTime(Timestamp)) AS End
FROM exporter.otel_traces
WHERE TraceId != ''
GROUP BY TraceId
