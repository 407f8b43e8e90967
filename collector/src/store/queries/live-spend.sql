-- As for runs of a window, of what was spent in it.
SELECT (groupArray(trace_id) AS ids, CAST([] AS Array(Int64)), groupUniqArrayArray(hours), ids)
FROM (
  SELECT trace_id, groupUniqArray(hour) AS hours
{{changed-runs}}
    AND max(hour >= intDiv({fromBucket:UInt32}, 6) AND hour <= intDiv({toBucket:UInt32}, 6))
)
