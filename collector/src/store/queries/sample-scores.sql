-- Scores that were given in each minute, by who was scored.
SELECT
  toUInt64(toUnixTimestamp(toStartOfMinute(scored.received_at))) * 1000 AS minute_ms,
  if({byAgent:Bool}, toString(s.agent), '') AS agent_key,
  if({byWorkflow:Bool}, toString(s.workflow), '') AS workflow_key,
  if({byTenant:Bool}, toString(s.tenant), '') AS tenant_key,
  toFloat64(count()) AS scores,
  avg(scored.value) AS score_mean
FROM
{{sample-scored}}
WHERE (NOT {byAgent:Bool} OR s.agent != '') AND (NOT {byWorkflow:Bool} OR s.workflow != '') AND (NOT {byTenant:Bool} OR s.tenant != '')
GROUP BY minute_ms, agent_key, workflow_key, tenant_key
ORDER BY minute_ms, agent_key, workflow_key, tenant_key
LIMIT {rows:UInt32}
