-- Evaluation events that came as log records.
CREATE MATERIALIZED VIEW IF NOT EXISTS scores_of_logs_view {{on_cluster}} TO scores AS
SELECT
  tenant,
  toDate(l.received_at) AS day,
  trace_id,
  span_id,
  if(attributes['gen_ai.evaluation.name'] = '', 'evaluation', attributes['gen_ai.evaluation.name']) AS name,
  'telemetry' AS source,
  max(l.received_at) AS received_at,
  assumeNotNull(argMax(toFloat64OrNull(attributes['gen_ai.evaluation.score.value']), l.time)) AS value,
  argMax(attributes['gen_ai.evaluation.score.label'], l.time) AS label,
  argMax(attributes['gen_ai.evaluation.explanation'], l.time) AS explanation
FROM span_logs AS l
WHERE l.name = 'gen_ai.evaluation.result' AND isFinite(toFloat64OrNull(attributes['gen_ai.evaluation.score.value']))
GROUP BY tenant, day, trace_id, span_id, name
