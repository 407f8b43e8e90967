      SELECT
        trace_id, tenant, start_time, toDate(start_time) AS day, workflow, user_id, agent, provider,
        if(response_model = '', request_model, response_model) AS model,
        cost_source = 'unpriced' AS is_unpriced,
        toUInt32(1) AS told_calls,
        toUInt128(ifNull(o.input_tokens, 0)) AS told_input_tokens,
        toUInt128(ifNull(o.output_tokens, 0)) AS told_output_tokens,
        toUnixTimestamp64Milli(start_time) AS last_ms,
        kind IN ('llm', 'embedding') AS is_call,
        -- what an agent alone tells of its calls
        is_call OR kind IN ('agent', 'chain') AS is_usage,
        toUInt32(is_usage OR o.cost_nano IS NOT NULL) AS spends,
        toUInt32(is_call) AS calls,
        if(is_usage, told_input_tokens, 0) AS call_input_tokens,
        if(is_usage, told_output_tokens, 0) AS call_output_tokens,
        toInt128(o.cost_nano) AS cost
      FROM once AS o
      WHERE counted AND (kind IN ('llm', 'embedding', 'agent', 'chain') OR o.cost_nano IS NOT NULL OR cost_source = 'unpriced')
