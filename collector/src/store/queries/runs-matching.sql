-- Like runs-newest, of runs that may match: every run that does is here, and some that do not. Hours after the window
-- are read too, because what makes a run match may have come later than its start.
-- A line that names a filter is left out where that filter was not given: see `matching` in runs.ts.
SELECT trace_id, toString(toUnixTimestamp64Nano(min(runs.start_time))) AS start_ns
FROM runs
WHERE hour >= {firstHour:UInt32} AND ({anyTenant:Bool} OR tenant = {tenant:String})
GROUP BY trace_id
HAVING (toUnixTimestamp64Nano(min(runs.start_time)), trace_id) < ({beforeNs:Int64}, {beforeId:String})
  AND min(hour) <= {lastHour:UInt32}
  AND max(has(workflows, {workflow:String})) -- if workflow
  AND max(has(agents, {agent:String})) -- if agent
  AND max(has(runs.agents, {failedAgent:String})) AND cityHash64(trace_id, sum(runs.arrived)) NOT IN ({{runs-unfailed}}) -- if failedAgent
  AND max(has(models, {model:String})) -- if model
  AND max(has(users, {user:String})) -- if user
  AND max(has(sessions, {session:String})) -- if session
  AND max(tenant = {ofTenant:String}) -- if ofTenant
  AND bitAnd(if(groupBitOr(root_statuses) = 0, 1, groupBitOr(root_statuses)), transform({status:String}, ['unset', 'ok'], [1, 2], 0)) > 0 -- if status
  AND (bitAnd(groupBitOr(root_statuses), 4) > 0 OR (max(may_have_failed) AND cityHash64(trace_id, sum(runs.arrived)) NOT IN ({{runs-not-failed}}))) -- if failed
  AND sum(cost_nano) * 1.000001 + 1 >= {minCostNano:Float64} -- if minCostNano
  AND (positionCaseInsensitiveUTF8(trace_id, {q:String}) > 0 OR max(arrayExists(text -> positionCaseInsensitiveUTF8(text, {q:String}) > 0, arrayConcat(names, workflows, agents, models, tools, users, sessions)))) -- if q
ORDER BY min(runs.start_time) DESC, trace_id DESC
LIMIT {limit:UInt32}
