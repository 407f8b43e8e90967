FROM runs
-- Runs that are not what is written down of them, if anything is. Most are one row of `runs`, which says all; only the others
-- are added up.
WHERE hour >= {firstHour:UInt32} AND day >= toDate({fromDay:UInt16}) AND ({anyTenant:Bool} OR tenant = {tenant:String})
  AND trace_id IN (
    SELECT trace_id FROM runs
    WHERE hour >= {firstHour:UInt32} AND day >= toDate({fromDay:UInt16}) AND ({anyTenant:Bool} OR tenant = {tenant:String})
      AND received_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
      AND cityHash64(trace_id, arrived) NOT IN ({{written-down}})
  )
GROUP BY trace_id
HAVING cityHash64(trace_id, sum(runs.arrived)) NOT IN ({{written-down}})
