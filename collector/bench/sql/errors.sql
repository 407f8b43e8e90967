SELECT tool_name AS tool, agent, sum(agent_minute.calls) AS calls, sum(agent_minute.errors) AS errors
FROM agent_minute
WHERE minute >= fromUnixTimestamp64Milli({fromMs:Int64}) AND kind = 'tool'
GROUP BY tool, agent
