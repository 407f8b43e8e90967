-- One row a finding: one rule and type in one direction of one span, by our guards or by a framework's own. Texts are not here.
SELECT
  tenant, trace_id, span_id,
  at AS time,
  workflow, agent, user_id, model, tool_name,
  id, guard, type, rule, direction, field, action, enforced, shadow, source, score, count, policy, policy_version,
  why AS message
FROM {{database}}.guard_findings FINAL
UNION ALL
SELECT
  tenant, trace_id, span_id,
  toDateTime64(start_time, 3, 'UTC') AS time,
  workflow, agent, user_id,
  if(response_model = '', request_model, response_model) AS model, tool_name,
  '' AS id, name AS guard, error_type AS type, '' AS rule, '' AS direction, '' AS field,
  if(stop_reason = 'guard_blocked', 'block', 'flag') AS action,
  if(stop_reason = 'guard_blocked', true, false) AS enforced,
  false AS shadow, 'telemetry' AS source,
  toFloat64(ifNull(s.score, 0)) AS score, toUInt32(1) AS count, '' AS policy, '' AS policy_version,
  status_message AS message
FROM {{database}}.spans AS s FINAL
-- what kind of thing a span is never changes: the rest of the others is not even read
PREWHERE kind = 'guard'
WHERE (status = 'error' OR stop_reason = 'guard_blocked') AND NOT startsWith(scope_name, 'outrider.')
