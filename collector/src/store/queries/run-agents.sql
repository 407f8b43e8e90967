      SELECT
        agent, trace_id,
        toUInt32(countIf(kind = 'agent')) AS run_turns,
        toUInt32(countIf(kind = 'agent' AND status = 'error')) AS run_failed_turns,
        toUInt32(countIf(is_call)) AS run_calls,
        toUInt32(countIf(is_call AND status = 'error')) AS run_failed_calls,
        sumIf(toUInt128(ifNull(s.input_tokens, 0)), counted AND kind IN ('llm', 'agent', 'chain')) AS run_input_tokens,
        sumIf(toUInt128(ifNull(s.output_tokens, 0)), counted AND kind IN ('llm', 'agent', 'chain')) AS run_output_tokens,
        toUInt32(countIf(counted AND cost_source = 'unpriced')) AS run_unpriced_calls,
        sumIf(toInt128(s.cost_nano), counted) AS run_cost,
        toInt64(max(toUnixTimestamp64Milli(start_time) + intDiv(duration_ns, 1000000))) AS run_last_seen_ms,
        if(
          run_turns > 0,
          groupArrayIf(toFloat32(duration_ns / 1e6), kind = 'agent'), groupArrayIf(toFloat32(duration_ns / 1e6), kind = 'llm')
        ) AS run_latencies
      FROM (
        SELECT
          trace_id, agent, kind, status, counted, cost_source, cost_nano, input_tokens, output_tokens, start_time, duration_ns,
          kind IN ('llm', 'tool', 'retrieval', 'embedding') AS is_call
        FROM spans FINAL
        WHERE {{live-spans}} AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND agent != ''
      ) AS s
      GROUP BY agent, trace_id
