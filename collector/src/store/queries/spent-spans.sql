      SELECT
        trace_id, tenant, start_time, toDate(start_time) AS day, workflow, user_id, agent, provider,
        if(response_model = '', request_model, response_model) AS model,
        cost_source = 'unpriced' AS is_unpriced,
        -- of what has no price, whatever it is
        toUInt32(is_unpriced) AS told_calls,
        toUInt128(if(is_unpriced, ifNull(o.input_tokens, 0), 0)) AS told_input_tokens,
        toUInt128(if(is_unpriced, ifNull(o.output_tokens, 0), 0)) AS told_output_tokens,
        if(is_unpriced, toUnixTimestamp64Milli(start_time), 0) AS last_ms,
        kind IN ('llm', 'embedding') AS is_call,
        -- what an agent alone tells of its calls
        is_call OR kind IN ('agent', 'chain') AS is_usage,
        toUInt32(is_usage OR o.cost_nano IS NOT NULL) AS spends,
        toUInt32(is_call) AS calls,
        toUInt128(if(is_usage, ifNull(o.input_tokens, 0), 0)) AS call_input_tokens,
        toUInt128(if(is_usage, ifNull(o.output_tokens, 0), 0)) AS call_output_tokens,
        toInt128(o.cost_nano) AS cost
      FROM once AS o
      WHERE counted AND (kind IN ('llm', 'embedding', 'agent', 'chain') OR o.cost_nano IS NOT NULL OR cost_source = 'unpriced')
