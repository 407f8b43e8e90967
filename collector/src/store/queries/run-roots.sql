    -- How runs began and ended. Where the root has no word of its own, status and reason are those of what it let in, as in
    -- `summaries.sql`: it is looked for only there.
    SELECT
      trace_id, workflow_of, told_outcome,
      toLowCardinality(if(own_stop_reason = '' AND entry.7 = 'error', 'error', toString(own_status))) AS root_status,
      toLowCardinality(multiIf(
        own_stop_reason != '', toString(own_stop_reason),
        entry.6 NOT IN ('', 'completed', 'tool_calls'), entry.6,
        entry.6 = '' AND inner.6 NOT IN ('', 'completed', 'tool_calls'), inner.6,
        entry.6
      )) AS root_stop_reason,
      run_ms, run_cost
    FROM (
      SELECT
        trace_id,
        argMinIf(workflow, place, workflow != '') AS workflow_of,
        argMinIf(outcome, place, outcome != '') AS told_outcome,
        argMinIf(status, place, is_root) AS own_status,
        argMinIf(stop_reason, place, is_root) AS own_stop_reason,
        argMinIfOrNull(duration_ns / 1e6, place, is_root) AS run_ms,
        sumIf(toInt128(s.cost_nano), counted) AS run_cost,
        max(is_root) AND own_stop_reason = '' AS is_untold,
        if(is_untold, groupArrayIf(told, is_work AND is_root), []) AS root_work,
        if(is_untold AND empty(root_work), groupArrayIf(told, is_work), []) AS work,
        if(is_untold, groupArrayIf(told, is_said), []) AS said,
        arrayReverseSort(if(empty(root_work), arrayFilter(one -> NOT has(work.4, one.5), work), root_work))[1] AS entry,
        arrayReverseSort(arrayFilter(one -> NOT has(said.4, one.5), said))[1] AS inner
      FROM (
        SELECT
          trace_id, duration_ns, workflow, outcome, status, stop_reason, counted, cost_nano, parent_span_id = '' AS is_root,
          kind IN ('agent', 'chain') AS is_work, NOT is_root AND stop_reason NOT IN ('', 'error') AS is_said,
          reinterpretAsUInt64(reverse(unhex(span_id))) AS id,
          -- roots first, then by start, then by ID, as one number: comparing tuples costs more than all the rest
          bitShiftLeft(toUInt128(NOT is_root), 127) + bitShiftLeft(toUInt128(toUnixTimestamp64Nano(start_time)), 64) + id AS place,
          (
            is_root, toUInt64(toUnixTimestamp64Nano(start_time)) + duration_ns, -toUnixTimestamp64Nano(start_time), id,
            reinterpretAsUInt64(reverse(unhex(parent_span_id))), toString(stop_reason), toString(status)
          ) AS told
        FROM spans FINAL
        WHERE {{live-spans}} AND ({anyTenant:Bool} OR tenant = {tenant:String})
      ) AS s
      GROUP BY trace_id
    )
