-- One run with everything: bounds from the side table, as Grafana's ClickHouse plugin asks.
WITH
  (SELECT min(Start) FROM exporter.otel_traces_trace_id_ts WHERE TraceId = {traceId:String}) AS since,
  (SELECT max(End) + 1 FROM exporter.otel_traces_trace_id_ts WHERE TraceId = {traceId:String}) AS until
SELECT *
FROM exporter.otel_traces
WHERE TraceId = {traceId:String} AND Timestamp >= since AND Timestamp <= until
ORDER BY Timestamp
