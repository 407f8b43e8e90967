-- Findings stand on spans as one attribute: on the span itself where telemetry was read, else on the decision or guard that
-- speaks of it.
CREATE MATERIALIZED VIEW IF NOT EXISTS guard_findings_view {{on_cluster}} TO guard_findings AS
SELECT
  tenant,
  day,
  lower(hex(sipHash128(tenant, trace_id, of, direction, rule, type))) AS id,
  at,
  trace_id,
  of AS span_id,
  JSONExtractString(one, 'guard') AS guard,
  JSONExtractString(one, 'type') AS type,
  JSONExtractString(one, 'rule') AS rule,
  JSONExtractString(one, 'direction') AS direction,
  JSONExtractString(one, 'field') AS field,
  JSONExtractString(one, 'action') AS action,
  JSONExtractBool(one, 'enforced') AS enforced,
  JSONExtractBool(one, 'shadow') AS shadow,
  JSONExtractString(one, 'source') AS source,
  JSONExtractFloat(one, 'score') AS score,
  JSONExtractString(one, 'view') AS view,
  toUInt32(JSONExtractUInt(one, 'count')) AS count,
  JSONExtractString(one, 'why') AS why,
  JSONExtract(one, 'before', 'Nullable(String)') AS before,
  JSONExtract(one, 'found', 'Nullable(String)') AS found,
  JSONExtract(one, 'after', 'Nullable(String)') AS after,
  agent,
  workflow,
  user_id,
  model,
  tool_name,
  JSONExtractString(one, 'policy') AS policy,
  JSONExtractString(one, 'policyVersion') AS policy_version,
  toUInt64(enforced) * 4611686018427387904 + received_ms AS weight
FROM (
  SELECT
    tenant, day, trace_id, agent, workflow, user_id, tool_name,
    toDateTime64(start_time, 3, 'UTC') AS at,
    toUInt64(toUnixTimestamp64Milli(received_at)) AS received_ms,
    if(response_model = '', request_model, response_model) AS model,
    if(kind IN ('gate', 'guard') AND attributes['outrider.gate.span_id'] != '', attributes['outrider.gate.span_id'], span_id) AS of,
    arrayJoin(JSONExtractArrayRaw(attributes['outrider.guard.findings'])) AS one
  FROM spans
  WHERE attributes['outrider.guard.findings'] != ''
) AS s
