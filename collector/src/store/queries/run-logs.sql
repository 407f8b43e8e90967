SELECT tenant, trace_id, span_id, toString(toUnixTimestamp64Nano(time)) AS time_ns, name, body, attributes, attributes_json
FROM (
  SELECT * FROM span_logs
  WHERE trace_id = {traceId:String} AND ({anyTenant:Bool} OR tenant = {tenant:String})
  LIMIT 1 BY tenant, span_id, time, digest
)
ORDER BY time, span_id, name, digest
LIMIT {limit:UInt32}
