-- Changes of a batch whose span is not stored.
SELECT tenant, trace_id, span_id
FROM span_changes FINAL
WHERE batch = {batch:String} AND (tenant, trace_id, span_id) NOT IN (
  WITH (
    SELECT (min(first_bucket), max(last_bucket)) FROM trace_lookup
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
  ) AS bounds
  SELECT tenant, trace_id, span_id FROM spans
  WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
    AND bucket >= bounds.1 AND bucket <= bounds.2
)
