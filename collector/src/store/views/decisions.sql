-- One row an answer of the gate: what it decided, how much it held, and the first of its reasons.
SELECT
  tenant, trace_id, span_id,
  start_time AS time,
  workflow, agent, user_id, session_id, provider,
  if(response_model = '', request_model, response_model) AS model, tool_name,
  attributes['outrider.gate.kind'] AS call_kind,
  attributes['outrider.gate.decision'] AS decision,
  attributes['outrider.hold.id'] AS hold_id,
  toFloat64OrZero(attributes['outrider.gate.held_usd']) AS held_usd,
  JSONExtractString(attributes['outrider.gate.reasons'], 1, 'code') AS reason,
  JSONExtractString(attributes['outrider.gate.reasons'], 1, 'rule') AS rule,
  JSONExtractString(attributes['outrider.gate.reasons'], 1, 'message') AS message
FROM {{database}}.spans FINAL
-- what kind of thing a span is never changes: the rest of the others is not even read
PREWHERE kind = 'gate'
WHERE attributes['outrider.gate.decision'] != ''
