SELECT identity, event, toString(toUnixTimestamp64Milli(at)) AS at_ms, rule, metric, severity, examples, body
FROM alerts FINAL
WHERE at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND ({traceId:String} = '' OR has(examples, {traceId:String}))
ORDER BY alerts.at DESC, identity, event
LIMIT {limit:UInt32}
