-- Models without a price, of the same rows as spend.sql.
WITH
  -- A span that was sent again with another start is two rows for good, and perhaps one of them outside of the window:
  -- only the later counts. Traces that reach out of the window are looked at as a whole.
  reaching AS (
    SELECT trace_id FROM trace_lookup
    WHERE {anyTenant:Bool} OR tenant = {tenant:String}
    GROUP BY trace_id
    HAVING min(first_bucket) <= {toBucket:UInt32} AND max(last_bucket) >= {fromBucket:UInt32}
      AND (min(first_bucket) < {fromBucket:UInt32} OR max(last_bucket) > {toBucket:UInt32})
  ),
  starts AS (
    SELECT cityHash64(tenant, trace_id, span_id) AS id, s.start_time AS start, received_at FROM spans AS s
    WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32}
      AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND (kind IN ('llm', 'embedding') OR s.cost_nano IS NOT NULL)
    UNION ALL
    SELECT cityHash64(tenant, trace_id, span_id) AS id, s.start_time AS start, received_at FROM spans AS s
    WHERE trace_id IN (SELECT trace_id FROM reaching) AND (bucket < {fromBucket:UInt32} OR bucket > {toBucket:UInt32})
      AND ({anyTenant:Bool} OR tenant = {tenant:String}) AND (kind IN ('llm', 'embedding') OR s.cost_nano IS NOT NULL)
  ),
  moved AS (SELECT id, argMax(start, received_at) AS last FROM starts GROUP BY id HAVING min(start) != max(start))
SELECT
  provider,
  if(response_model = '', request_model, response_model) AS model,
  toString(count()) AS calls,
  toString(sum(toUInt128(ifNull(s.input_tokens, 0)))) AS input_tokens,
  toString(sum(toUInt128(ifNull(s.output_tokens, 0)))) AS output_tokens,
  toString(max(toUnixTimestamp64Milli(s.start_time))) AS last_seen_ms
FROM spans AS s FINAL
WHERE bucket >= {fromBucket:UInt32} AND bucket <= {toBucket:UInt32}
  AND start_time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyTenant:Bool} OR tenant = {tenant:String})
  AND counted AND cost_source = 'unpriced'
  AND (
    cityHash64(tenant, trace_id, span_id) NOT IN (SELECT id FROM moved)
    OR (cityHash64(tenant, trace_id, span_id), start_time) IN (SELECT id, last FROM moved)
  )
GROUP BY provider, model
ORDER BY count() DESC, provider, model
LIMIT 1000
