-- As for runs of a window, of what was spent in it.
SELECT (
  groupArray(trace_id) AS ids, CAST([] AS Array(Int64)), if(count() = 0, 4294967295, min(first_hour) * 6), ids, 0
)
FROM (
  SELECT trace_id, min(hour) AS first_hour
{{changed-runs}}
    AND max(hour >= intDiv({fromBucket:UInt32}, 6) AND hour <= intDiv({toBucket:UInt32}, 6))
)
