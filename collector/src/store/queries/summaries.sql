-- What runs were, exactly: one row a trace, from its spans, each span once however often it was sent.
-- A run starts at the earliest start that was ever told, as in `runs`, so that both put it in the same place.
-- `first` is the root span's word, or where there is none the earliest that is known.
-- `entry` is what the agents' work went through, which is not the root where that is of the web: of agents and chains that are
-- not right below another one the root, else the one that ended last: of several tries the last decides. `inner` is the same
-- of whatever said why it stopped below a root; that a part failed is not that. Clocks are no help here: parent and child
-- often end in the same millisecond.
-- Scores that were posted without a tenant are of whoever has the trace.
WITH
  places AS (
    SELECT trace_id, min(trace_lookup.start_time) AS started, min(first_bucket) AS from_bucket, max(last_bucket) AS to_bucket
    FROM trace_lookup
    WHERE trace_id IN {traceIds:Array(String)} AND ({anyTenant:Bool} OR tenant = {tenant:String})
    GROUP BY trace_id
  ),
  (SELECT (min(from_bucket), max(to_bucket)) FROM places) AS bounds,
  once AS (
    SELECT
      tenant, trace_id, span_id, parent_span_id = '' AS is_root, start_time, duration_ns, kind, name, service, workflow,
      agent, status, stop_reason, finish_reason, request_model, response_model, input_tokens, output_tokens,
      cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano, cost_source, counted, tool_name, session_id,
      user_id, score AS own_score, outcome, (start_time, span_id, tenant) AS place, counted AND kind = 'llm' AS is_call,
      status = 'error' AND kind IN ('llm', 'tool', 'retrieval', 'embedding') AS is_failed_call,
      counted AND kind IN ('llm', 'agent', 'chain') AS is_usage,
      toUInt64(toUnixTimestamp64Nano(start_time)) + duration_ns AS end_ns,
      (is_root, end_ns, -toUnixTimestamp64Nano(start_time), span_id, tenant) AS ending, kind IN ('agent', 'chain') AS is_work,
      NOT is_root AND stop_reason NOT IN ('', 'error') AS is_said, (ending, parent_span_id, toString(stop_reason), toString(status)) AS told
    FROM spans
    WHERE trace_id IN {traceIds:Array(String)}
      AND bucket >= bounds.1 AND bucket <= bounds.2
      AND ({anyTenant:Bool} OR tenant = {tenant:String})
    ORDER BY received_at DESC
    LIMIT 1 BY tenant, trace_id, span_id
  ),
  given AS (
    SELECT trace_id, span_id, toNullable(arrayAvg(arraySort(groupArray(value)))) AS given_score
    FROM (
      SELECT trace_id, span_id, value FROM scores
      WHERE trace_id IN {traceIds:Array(String)} AND ({anyTenant:Bool} OR tenant IN ({tenant:String}, ''))
      ORDER BY received_at DESC
      LIMIT 1 BY tenant, trace_id, span_id, name, source
    )
    GROUP BY trace_id, span_id
  ),
  run_scores AS (SELECT trace_id, given_score AS run_score FROM given WHERE span_id = ''),
  ended AS (
    SELECT trace_id, argMax(outcome, received_at) AS run_outcome, argMax(reason, received_at) AS run_reason FROM outcomes
    WHERE trace_id IN {traceIds:Array(String)} AND ({anyTenant:Bool} OR tenant IN ({tenant:String}, ''))
    GROUP BY trace_id
  ),
  judged AS (SELECT once.*, ifNull(given_score, own_score) AS score FROM once LEFT JOIN given USING (trace_id, span_id))
-- what was gathered to find where a run was let in stays here
SELECT
  * EXCEPT (root_work, work, said),
  (arrayReverseSort(if(empty(root_work), arrayFilter(one -> NOT has(work.1.4, one.2), work), root_work))[1] AS entry).3 AS entry_stop_reason,
  entry.4 AS entry_status,
  (arrayReverseSort(arrayFilter(one -> NOT has(said.1.4, one.2), said))[1]).3 AS inner_stop_reason
FROM (
  SELECT
    trace_id,
    max(is_root) AS root_seen,
    argMinIf(name, place, is_root) AS root_name,
    argMinIf(status, place, is_root) AS root_status,
    argMinIf(stop_reason, place, is_root) AS root_stop_reason,
    -- a filter holds a copy of the array that it looks into for each that it looks at: only where nothing else decides
    groupArrayIf(told, is_work AND is_root) AS root_work,
    if(root_stop_reason = '' AND empty(root_work), groupArrayIf(told, is_work), []) AS work,
    if(root_stop_reason = '', groupArrayIf(told, is_said), []) AS said,
    argMinIf(workflow, (NOT is_root, place), workflow != '') AS first_workflow,
    argMinIf(service, (NOT is_root, place), service != '') AS first_service,
    argMinIf(session_id, place, session_id != '') AS first_session,
    argMinIf(user_id, place, user_id != '') AS first_user,
    argMinIf(tenant, place, tenant != '') AS first_tenant,
    argMinIf(outcome, (NOT is_root, place), outcome != '') AS first_outcome,
    argMaxIf(finish_reason, (end_ns, span_id, tenant), is_call AND finish_reason != '') AS last_finish_reason,
    toString(toUnixTimestamp64Nano(any(started))) AS start_ns,
    toString(max(end_ns)) AS last_end_ns,
    toString(count()) AS spans,
    toString(countIf(is_call)) AS llm_calls,
    toString(countIf(kind = 'tool')) AS tool_calls,
    toString(countIf(counted AND kind = 'embedding')) AS embedding_calls,
    toString(ifNull(sumIf(toUInt128(o.input_tokens), counted AND kind = 'embedding'), 0)) AS embedding_tokens,
    toString(countIf(status = 'error')) AS errors,
    arraySort(groupUniqArrayIf(toString(agent), agent != '')) AS agents,
    groupUniqArrayIf(toString(agent), agent != '' AND kind = 'agent') AS in_turns,
    arraySort(arrayConcat(
      groupUniqArrayIf(toString(agent), agent != '' AND kind = 'agent' AND status = 'error'),
      arrayFilter(one -> NOT has(in_turns, one), groupUniqArrayIf(toString(agent), agent != '' AND is_failed_call)))) AS failed_agents,
    arraySort(arrayDistinct(arrayConcat(
      groupUniqArrayIf(toString(request_model), request_model != ''),
      groupUniqArrayIf(toString(response_model), response_model != '')))) AS models,
    sumMapIf([if(tool_name = '', toString(name), toString(tool_name))], [toUInt64(1)], kind = 'tool') AS tool_counts,
    sumMapIf([if(tool_name = '', toString(name), toString(tool_name))], [toUInt64(1)], kind = 'tool' AND status = 'error') AS tool_errors,
    toString(sumIf(toUInt128(o.input_tokens), is_usage)) AS input_tokens,
    toString(sumIf(toUInt128(o.output_tokens), is_usage)) AS output_tokens,
    toString(sumIf(toUInt128(o.cache_read_tokens), is_usage)) AS cache_read_tokens,
    toString(sumIf(toUInt128(o.cache_write_tokens), is_usage)) AS cache_write_tokens,
    toString(sumIf(toUInt128(o.reasoning_tokens), is_usage)) AS reasoning_tokens,
    toString(sumIf(toInt128(o.cost_nano), counted)) AS cost_nano,
    toString(countIf(counted AND cost_source = 'unpriced')) AS unpriced_calls,
    any(run_score) AS run_score,
    any(run_outcome) AS run_outcome,
    any(run_reason) AS run_reason,
    argMinIfOrNull(assumeNotNull(score), place, is_root AND score IS NOT NULL) AS root_score,
    if(count(score) = 0, NULL, arrayAvg(arraySort(groupArray(score)))) AS mean_score,
    {q:String} = '' OR arrayExists(text -> positionCaseInsensitiveUTF8(text, {q:String}) > 0, arrayConcat(
      [trace_id, root_name, first_workflow, first_session, first_user], agents, models, tool_counts.1)) AS found
  FROM judged AS o INNER JOIN places USING (trace_id) LEFT JOIN run_scores USING (trace_id) LEFT JOIN ended USING (trace_id)
  GROUP BY trace_id
)
