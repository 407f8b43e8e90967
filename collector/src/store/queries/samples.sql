-- What ended in each minute, by the labels that are asked for; a label that is not asked for is ''. Long spans started up
-- to a day before they ended: of that day only their runs are read. Labels and minutes stay what they are until they are
-- counted: texts of every span cost most.
SELECT
  toUInt64(toUnixTimestamp(toStartOfMinute(ended))) * 1000 AS minute_ms,
  if({byAgent:Bool}, agent, '') AS agent_key,
  if({byWorkflow:Bool}, workflow, '') AS workflow_key,
  if({byModel:Bool}, model, '') AS model_key,
  if({byTenant:Bool}, tenant, '') AS tenant_key,
  if({byTool:Bool}, tool_name, '') AS tool_key,
  toFloat64(countIf(is_llm OR kind = 'tool')) AS calls,
  toFloat64(countIf((is_llm OR kind = 'tool') AND status = 'error')) AS call_errors,
  toFloat64(countIf(kind = 'tool')) AS tools,
  toFloat64(countIf(kind = 'tool' AND status = 'error')) AS tool_errors,
  toFloat64(countIf(is_llm)) AS llm_calls,
  quantileTDigestIf(0.95)(toFloat64(duration_ns) / 1e6, is_llm) AS latency,
  toFloat64(countIf(is_llm AND ttft_ms IS NOT NULL)) AS ttft_calls,
  quantileTDigestIf(0.95)(assumeNotNull(ttft_ms), is_llm AND ttft_ms IS NOT NULL) AS ttft,
  toFloat64(countIf(is_llm AND (ifNull(attempt, 1) > 1 OR retry_of != ''))) AS retries,
  toFloat64(countIf(is_llm AND fallback_of != '')) AS fallbacks,
  toFloat64(countIf(is_llm AND finish_reason = 'content_filter')) AS refusals,
  toFloat64(countIf(is_llm AND counted AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL))) AS told_calls,
  toFloat64(sumIf(ifNull(input_tokens, 0), is_llm AND counted)) AS input,
  toFloat64(sumIf(ifNull(output_tokens, 0), is_llm AND counted)) AS output,
  toFloat64(countIf(is_llm AND counted AND cache_read_tokens IS NOT NULL)) AS cache_calls,
  toFloat64(sumIf(ifNull(cache_read_tokens, 0), is_llm AND counted AND cache_read_tokens IS NOT NULL)) AS cached,
  toFloat64(sumIf(ifNull(input_tokens, 0), is_llm AND counted AND cache_read_tokens IS NOT NULL)) AS cacheable,
  toFloat64(countIf(counted AND cost_nano IS NOT NULL)) AS priced_calls,
  toFloat64(sumIf(ifNull(cost_nano, 0), counted AND cost_nano IS NOT NULL)) / 1e9 AS cost,
  -- what a guard blocked never became a call: its decision stands for it
  toFloat64(countIf(is_llm OR kind = 'tool' OR is_found)) AS guarded,
  toFloat64(countIf(is_found)) AS guard_findings,
  toFloat64(countIf(score IS NOT NULL)) AS scores,
  avgIf(assumeNotNull(score), score IS NOT NULL) AS score_mean
FROM (
  SELECT
    *,
    start_time + toIntervalNanosecond(duration_ns) AS ended,
    kind = 'llm' AS is_llm,
    has(attributes.keys, 'outrider.guard.findings') AS is_found,
    if(response_model = '', request_model, response_model) AS model
  FROM spans FINAL
  WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000)
    AND (bucket >= intDiv({fromMs:Int64}, 600000) OR (tenant, bucket, trace_id) IN (
      SELECT tenant, bucket, trace_id FROM spans
      WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket < intDiv({fromMs:Int64}, 600000)
        AND toUnixTimestamp64Nano(start_time) + duration_ns >= {fromMs:Int64} * 1000000
    ))
) AS s
WHERE ended >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND ended < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND (NOT {byAgent:Bool} OR agent != '') AND (NOT {byWorkflow:Bool} OR workflow != '') AND (NOT {byModel:Bool} OR model != '')
  AND (NOT {byTenant:Bool} OR tenant != '') AND (NOT {byTool:Bool} OR tool_name != '')
  -- asked after the last word of each span was found: only the tenant never changes
  AND ({agent:String} = '' OR agent = {agent:String}) AND ({workflow:String} = '' OR workflow = {workflow:String})
  AND ({model:String} = '' OR model = {model:String}) AND ({tenant:String} = '' OR tenant = {tenant:String})
  AND ({tool:String} = '' OR tool_name = {tool:String})
GROUP BY minute_ms, agent_key, workflow_key, model_key, tenant_key, tool_key
ORDER BY minute_ms, agent_key, workflow_key, model_key, tenant_key, tool_key
LIMIT {rows:UInt32}
