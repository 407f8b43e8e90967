-- Like runs-newest, of runs that may match: every run that does is here, and some that do not. Hours after the window
-- are read too, because what makes a run match may have come later than its start.
SELECT trace_id, toString(toUnixTimestamp64Nano(min(runs.start_time))) AS start_ns
FROM runs
WHERE hour >= {firstHour:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
GROUP BY trace_id
HAVING (toUnixTimestamp64Nano(min(runs.start_time)), trace_id) < ({beforeNs:Int64}, {beforeId:String})
  AND min(hour) <= {lastHour:UInt32}
  AND ({workflow:String} = '' OR max(has(workflows, {workflow:String})))
  AND ({agent:String} = '' OR max(has(agents, {agent:String})))
  AND ({model:String} = '' OR max(has(models, {model:String})))
  AND ({user:String} = '' OR max(has(users, {user:String})))
  AND ({session:String} = '' OR max(has(sessions, {session:String})))
  AND ({ofTenant:String} = '' OR max(tenant = {ofTenant:String}))
  AND ({status:String} = '' OR bitAnd(if(groupBitOr(root_statuses) = 0, 1, groupBitOr(root_statuses)),
    transform({status:String}, ['unset', 'ok', 'error'], [1, 2, 4], 0)) > 0)
  AND ({minCostNano:Float64} <= 0 OR sum(cost_nano) * 1.000001 + 1 >= {minCostNano:Float64})
  AND ({q:String} = '' OR positionCaseInsensitiveUTF8(trace_id, {q:String}) > 0 OR max(arrayExists(
    text -> positionCaseInsensitiveUTF8(text, {q:String}) > 0,
    arrayConcat(names, workflows, agents, models, tools, users, sessions))))
ORDER BY min(runs.start_time) DESC, trace_id DESC
LIMIT {limit:UInt32}
