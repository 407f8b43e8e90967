-- What runs cost whose root ended in each minute: all of their counted spans, whenever they were. The workflow is the root's,
-- or where that tells none (a request) the first that was told. Of a few minutes only the runs are read that end in them.
SELECT
  toUInt64(toUnixTimestamp(toStartOfMinute(ended))) * 1000 AS minute_ms,
  if({byWorkflow:Bool}, toString(run_workflow), '') AS workflow_key,
  if({byTenant:Bool}, toString(tenant), '') AS tenant_key,
  toFloat64(count()) AS runs,
  sum(run_cost) AS cost
FROM (
  SELECT
    tenant, trace_id,
    argMinIf(workflow, place, workflow != '') AS run_workflow,
    maxIf(ended_at, is_root) AS ended,
    sumIf(toFloat64(assumeNotNull(cost_nano)), is_paid) / 1e9 AS run_cost
  FROM (
    SELECT
      tenant, trace_id, workflow, cost_nano,
      parent_span_id = '' AS is_root,
      counted AND cost_nano IS NOT NULL AS is_paid,
      start_time + toIntervalNanosecond(duration_ns) AS ended_at,
      -- roots first, then by start, then by ID, as one number: comparing tuples costs more than all the rest
      bitShiftLeft(toUInt128(NOT is_root), 127) + bitShiftLeft(toUInt128(toUnixTimestamp64Nano(start_time)), 64)
        + reinterpretAsUInt64(reverse(unhex(span_id))) AS place
    FROM spans FINAL
    WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000)
      AND (NOT {few:Bool} OR trace_id IN (
        SELECT trace_id FROM spans
        WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000) AND parent_span_id = ''
          AND toUnixTimestamp64Nano(start_time) + duration_ns >= {fromMs:Int64} * 1000000
          AND toUnixTimestamp64Nano(start_time) + duration_ns < {toMs:Int64} * 1000000
      ))
  )
  GROUP BY tenant, trace_id
  HAVING countIf(is_root) > 0 AND countIf(is_paid) > 0
    AND ended >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND ended < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
)
WHERE (NOT {byWorkflow:Bool} OR run_workflow != '') AND (NOT {byTenant:Bool} OR tenant != '')
GROUP BY minute_ms, workflow_key, tenant_key
ORDER BY minute_ms, workflow_key, tenant_key
LIMIT {rows:UInt32}
