SELECT identity, event, toString(toUnixTimestamp64Milli(at)) AS at_ms, rule, metric, severity, examples, body
FROM alerts FINAL
WHERE at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({untilMs:Int64}, 'UTC')
  AND ({traceId:String} = '' OR has(examples, {traceId:String}))
  AND ({rule:String} = '' OR rule = {rule:String})
  AND ({agent:String} = '' OR JSONExtractString(body, 'labels', 'agent') = {agent:String})
ORDER BY alerts.at DESC, identity, event
LIMIT {limit:UInt32}
