-- One row a judgement of a guard that a span tells, whoever ran it: ours or a framework's own.
SELECT
  tenant, trace_id, span_id,
  start_time AS time,
  workflow, agent, user_id,
  if(response_model = '', request_model, response_model) AS model, tool_name,
  name AS guard, error_type AS type, '' AS rule, '' AS direction,
  multiIf(stop_reason = 'guard_blocked', 'block', status = 'error', 'flag', 'allow') AS action,
  if(stop_reason = 'guard_blocked', true, false) AS enforced,
  false AS shadow,
  toFloat64(ifNull(score, 0)) AS score,
  status_message AS message
FROM {{database}}.spans FINAL
WHERE kind = 'guard'
