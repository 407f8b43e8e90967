ALTER TABLE runs_view {{on_cluster}} MODIFY QUERY
SELECT
  tenant,
  day,
  intDiv(bucket, 6) AS hour,
  trace_id,
  min(s.start_time) AS start_time,
  groupBitOrIf(toUInt8(bitShiftLeft(1, toInt8(status))), parent_span_id = '') AS root_statuses,
  groupUniqArrayIf(toString(name), parent_span_id = '' AND name != '') AS names,
  groupUniqArrayIf(toString(workflow), workflow != '') AS workflows,
  groupUniqArrayIf(toString(agent), agent != '') AS agents,
  arrayDistinct(arrayConcat(
    groupUniqArrayIf(toString(request_model), request_model != ''),
    groupUniqArrayIf(toString(response_model), response_model != ''))) AS models,
  groupUniqArrayIf(if(tool_name = '', toString(name), toString(tool_name)), kind = 'tool') AS tools,
  groupUniqArrayIf(user_id, user_id != '') AS users,
  groupUniqArrayIf(session_id, session_id != '') AS sessions,
  sum(toFloat64(greatest(ifNull(s.cost_nano, 0), 0))) AS cost_nano,
  sum(cityHash64(span_id, s.received_at)) AS arrived,
  max(s.received_at) AS received_at,
  toUInt8(countIf(status = 'error' AND kind IN ('agent', 'chain')) > 0) AS may_have_failed
FROM spans AS s
GROUP BY tenant, day, hour, trace_id
