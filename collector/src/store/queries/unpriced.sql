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
GROUP BY provider, model
ORDER BY count() DESC, provider, model
LIMIT 1000
