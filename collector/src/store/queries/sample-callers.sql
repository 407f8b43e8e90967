-- Agents at work in a window: who called them, and whether they ended in failure in most of the runs in which something of
-- theirs failed. Who got over it did not.
SELECT agent, anyHeavy(called_by) AS caller, countIf(is_failed) > 0 AND 2 * countIf(is_failed) >= countIf(is_troubled) AS failed
FROM (
  SELECT
    toString(agent) AS agent,
    toString(anyIf(parent_agent, kind = 'agent')) AS called_by,
    countIf(kind = 'agent' AND status = 'error') > 0 AS is_failed,
    countIf(status = 'error') > 0 AS is_troubled
  FROM spans FINAL
  WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000)
    AND agent != ''
    AND start_time + toIntervalNanosecond(duration_ns) >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND start_time + toIntervalNanosecond(duration_ns) < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  GROUP BY agent, trace_id
)
GROUP BY agent
ORDER BY agent
LIMIT 10000
