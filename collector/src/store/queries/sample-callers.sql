-- Agents that ended in a window: who called them, and whether they ended in failure more often than not.
SELECT
  toString(agent) AS agent,
  toString(anyHeavy(parent_agent)) AS caller,
  2 * countIf(status = 'error') >= count() AS failed
FROM spans FINAL
WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000)
  AND kind = 'agent' AND agent != ''
  AND start_time + toIntervalNanosecond(duration_ns) >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
  AND start_time + toIntervalNanosecond(duration_ns) < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY agent
ORDER BY agent
LIMIT 10000
