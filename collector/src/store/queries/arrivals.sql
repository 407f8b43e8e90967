-- A span is at most a week older than its arrival where `day` is its own; the rest is kept under the arrival's day.
SELECT
  dialect,
  scope_name,
  scope_version,
  toString(count()) AS spans,
  toString(countIf(is_call)) AS llm_calls,
  toString(countIf(is_call AND status = 'error')) AS failed_calls,
  toString(countIf(is_done AND no_usage)) AS without_usage,
  toString(countIf(is_done AND request_model = '' AND response_model = '')) AS without_model,
  toString(countIf(is_done AND ifNull(streaming, false))) AS streams,
  toString(countIf(is_done AND ifNull(streaming, false) AND no_usage)) AS streams_without_usage,
  toString(countIf(is_call AND cost_source = 'unpriced')) AS unpriced_calls,
  toString(toUnixTimestamp64Milli(max(received_at))) AS last_seen_ms,
  sumMap(arrayMap(name -> toString(name), arrayDistinct(warnings)), arrayMap(_ -> toUInt64(1), arrayDistinct(warnings))) AS warning_counts
FROM (
  SELECT
    dialect, scope_name, scope_version, status, request_model, response_model, streaming, cost_source, received_at, warnings,
    counted AND kind = 'llm' AS is_call,
    is_call AND status != 'error' AS is_done,
    input_tokens IS NULL AND output_tokens IS NULL AS no_usage
  FROM spans FINAL
  WHERE day >= toDate(fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')) - 8
    AND received_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
    AND ({anyTenant:Bool} OR tenant = {tenant:String})
)
GROUP BY dialect, scope_name, scope_version
ORDER BY count() DESC, dialect, scope_name, scope_version
LIMIT 500
