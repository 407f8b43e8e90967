-- Findings of a window by rule, with what people said of them.
-- A line that names a filter is left out where that filter was not given.
WITH marks AS (
  SELECT finding, argMax(verdict, at) AS mark FROM guard_verdicts GROUP BY finding
)
SELECT
  f.rule AS rule,
  any(f.guard) AS guard,
  toString(count()) AS findings,
  toString(uniqExact(f.trace_id, f.span_id)) AS spans,
  toString(countIf(f.enforced)) AS enforced,
  toString(countIf(marks.mark = 'false_alarm')) AS false_alarms,
  toString(countIf(marks.mark = 'right')) AS right,
  toString(toUnixTimestamp64Milli(max(f.at))) AS last_ms
FROM (SELECT * FROM guard_findings FINAL WHERE day >= toDate(fromUnixTimestamp64Milli(greatest({fromMs:Int64} - 86400000, 0), 'UTC'))) AS f
LEFT JOIN marks ON marks.finding = f.id
WHERE f.at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND f.at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyTenant:Bool} OR f.tenant = {tenant:String})
  AND f.guard = {guard:String} -- if guard
  AND f.rule = {rule:String} -- if rule
  AND f.type = {type:String} -- if type
  AND f.agent = {agent:String} -- if agent
  AND f.workflow = {workflow:String} -- if workflow
  AND f.action = {action:String} -- if action
  AND f.direction = {direction:String} -- if direction
  AND f.trace_id = {trace:String} -- if trace
  AND if(marks.mark IN ('right', 'false_alarm'), marks.mark, 'open') = {verdict:String} -- if verdict
GROUP BY f.rule
ORDER BY count() DESC, rule
LIMIT 200
