SELECT
  toStartOfInterval(minute, toIntervalMinute(5)) AS time,
  agent,
  quantilesTDigestMerge(0.5, 0.95, 0.99)(duration_ms)[2] AS p95_ms
FROM agent_minute
WHERE minute >= fromUnixTimestamp64Milli({fromMs:Int64}) AND kind = 'llm'
GROUP BY time, agent
