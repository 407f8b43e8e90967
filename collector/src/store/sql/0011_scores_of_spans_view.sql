-- Evaluation events on spans are scores like those that are posted. Of several with one name the latest stays.
CREATE MATERIALIZED VIEW IF NOT EXISTS scores_of_spans_view {{on_cluster}} TO scores AS
SELECT
  tenant,
  toDate(s.received_at) AS day,
  trace_id,
  span_id,
  if(JSONExtractString(told, 'gen_ai.evaluation.name') = '', 'evaluation', JSONExtractString(told, 'gen_ai.evaluation.name')) AS name,
  'telemetry' AS source,
  max(s.received_at) AS received_at,
  assumeNotNull(argMax(number, at)) AS value,
  argMax(JSONExtractString(told, 'gen_ai.evaluation.score.label'), at) AS label,
  argMax(JSONExtractString(told, 'gen_ai.evaluation.explanation'), at) AS explanation
FROM (
  SELECT
    tenant, received_at, trace_id, span_id,
    arrayJoin(JSONExtractArrayRaw(events)) AS event,
    JSONExtractRaw(event, 'attributes') AS told,
    toInt64OrZero(JSONExtractString(event, 'timeNs')) AS at,
    toFloat64OrNull(trim(BOTH '"' FROM JSONExtractRaw(told, 'gen_ai.evaluation.score.value'))) AS number
  FROM spans
  WHERE position(events, '"gen_ai.evaluation.result"') > 0
) AS s
WHERE JSONExtractString(event, 'name') = 'gen_ai.evaluation.result' AND isFinite(number)
GROUP BY tenant, day, trace_id, span_id, name
