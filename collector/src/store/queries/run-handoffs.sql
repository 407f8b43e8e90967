      SELECT
        trace_id,
        parent_agent = '' AS is_start,
        if(is_start, workflow, parent_agent) AS caller,
        agent AS callee,
        toUInt32(countIf(kind = 'agent')) AS run_calls,
        toUInt32(countIf(kind = 'agent' AND status = 'error')) AS run_failed_calls,
        sumIf(toInt128(s.cost_nano), counted) AS run_cost,
        groupArrayIf(toFloat32(duration_ns / 1e6), kind = 'agent') AS run_latencies
      FROM (
        SELECT trace_id, workflow, agent, parent_agent, kind, status, duration_ns, counted, cost_nano
        FROM spans FINAL
        WHERE {{live-spans}} AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND agent != ''
          -- what is told about an agent from outside does not know who called it
          AND (parent_agent != '' OR (workflow != '' AND kind NOT IN ('gate', 'guard', 'eval')))
      ) AS s
      GROUP BY trace_id, is_start, caller, callee
