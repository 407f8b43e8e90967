-- Trace IDs of the newest runs that start before the place `before`, in a window of hours. One that started before the
-- window is here too, at a later place than its own: summaries tell its start.
SELECT trace_id, toString(toUnixTimestamp64Nano(min(runs.start_time))) AS start_ns
FROM runs
WHERE hour >= {firstHour:UInt32} AND hour <= {lastHour:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
GROUP BY trace_id
HAVING (toUnixTimestamp64Nano(min(runs.start_time)), trace_id) < ({beforeNs:Int64}, {beforeId:String})
ORDER BY min(runs.start_time) DESC, trace_id DESC
LIMIT {limit:UInt32}
