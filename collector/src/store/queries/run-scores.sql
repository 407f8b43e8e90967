SELECT tenant, trace_id, span_id, name, source, toString(toUnixTimestamp64Milli(received_at)) AS time_ms, value, label, explanation
FROM (
  SELECT * FROM scores
  WHERE trace_id = {traceId:String} AND ({anyTenant:Bool} OR tenant IN ({tenant:String}, ''))
  ORDER BY received_at DESC
  LIMIT 1 BY tenant, trace_id, span_id, name, source
)
ORDER BY span_id, name, source, tenant
LIMIT {limit:UInt32}
