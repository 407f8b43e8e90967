SELECT DISTINCT intDiv(bucket, 6) AS hour
FROM spans
WHERE bucket >= {fromBucket:UInt32}
  AND start_time >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
  AND (kind IN ('llm', 'embedding') OR (counted AND kind IN ('agent', 'chain')))
  AND cost_source IN ('priced', 'unpriced')
ORDER BY hour
