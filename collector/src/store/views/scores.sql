-- One row a quality score of a run (`span_id` is '' then) or of a span.
SELECT tenant, received_at AS time, trace_id, span_id, name, source, value, label, explanation
FROM {{database}}.scores FINAL
