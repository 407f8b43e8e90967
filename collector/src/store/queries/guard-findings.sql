-- Findings of a window, newest first. A line that names a filter is left out where that filter was not given.
WITH marks AS (
  SELECT finding, argMax((verdict, by, reason, toString(toUnixTimestamp64Milli(at))), at) AS mark
  FROM guard_verdicts GROUP BY finding
)
SELECT
  f.* EXCEPT (at, day, weight),
  toString(toUnixTimestamp64Milli(f.at)) AS at_ms,
  marks.mark.1 AS verdict, marks.mark.2 AS verdict_by, marks.mark.3 AS verdict_reason, marks.mark.4 AS verdict_ms
FROM (SELECT * FROM guard_findings FINAL WHERE day >= toDate(fromUnixTimestamp64Milli(greatest({fromMs:Int64} - 86400000, 0), 'UTC'))) AS f
LEFT JOIN marks ON marks.finding = f.id
WHERE f.at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND f.at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyTenant:Bool} OR f.tenant = {tenant:String})
  AND (toUnixTimestamp64Milli(f.at), f.id) < ({beforeMs:Int64}, {beforeId:String})
  AND f.id = {id:String} -- if id
  AND f.guard = {guard:String} -- if guard
  AND f.rule = {rule:String} -- if rule
  AND f.type = {type:String} -- if type
  AND f.agent = {agent:String} -- if agent
  AND f.workflow = {workflow:String} -- if workflow
  AND f.action = {action:String} -- if action
  AND f.direction = {direction:String} -- if direction
  AND f.trace_id = {trace:String} -- if trace
  AND if(marks.mark.1 IN ('right', 'false_alarm'), marks.mark.1, 'open') = {verdict:String} -- if verdict
ORDER BY f.at DESC, f.id DESC
LIMIT {limit:UInt32}
