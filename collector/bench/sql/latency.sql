SELECT
  toStartOfInterval(start_time, toIntervalMinute(5)) AS time,
  agent,
  quantile(0.95)(duration_ns) / 1e6 AS p95_ms
FROM spans
WHERE bucket >= intDiv({fromMs:Int64}, 600000) AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}) AND kind = 'llm'
GROUP BY time, agent
