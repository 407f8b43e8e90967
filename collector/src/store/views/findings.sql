-- One row a judgement of a guard, whoever ran it: ours or a framework's own.
SELECT
  tenant, trace_id, span_id, parent_span_id,
  start_time AS time,
  workflow, agent, user_id, session_id,
  name AS guard,
  multiIf(stop_reason = 'guard_blocked', 'block', status = 'error', 'flag', 'allow') AS action,
  error_type, status_message AS message,
  duration_ns / 1e6 AS duration_ms,
  attributes
FROM {{database}}.spans FINAL
WHERE kind = 'guard'
