SELECT tool_name AS tool, agent, count() AS calls, countIf(status = 'error') AS errors
FROM spans
WHERE bucket >= intDiv({fromMs:Int64}, 600000) AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}) AND kind = 'tool'
GROUP BY tool, agent
