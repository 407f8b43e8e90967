WITH
  (SELECT (min(first_bucket), max(last_bucket)) FROM trace_lookup WHERE trace_id = {traceId:String}) AS bounds
SELECT * EXCEPT (start_time, received_at, bucket, day), toString(toUnixTimestamp64Nano(start_time)) AS start_ns
FROM (
  SELECT * FROM spans
  WHERE trace_id = {traceId:String}
    AND bucket >= bounds.1 AND bucket <= bounds.2
    AND ({anyTenant:Bool} OR tenant = {tenant:String})
  ORDER BY received_at DESC
  LIMIT 1 BY tenant, span_id
)
ORDER BY start_time, span_id, tenant
LIMIT {limit:UInt32}
