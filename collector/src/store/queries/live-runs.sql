-- Runs of which nothing is written down, or not what they are now, as one row: IDs and starts of those that started in the
-- window, which are read from their spans; since when these lie; IDs of all, of which nothing that is written down is read; and
-- until when they lie. A run starts at the earliest start that was ever told, as in the list of runs.
SELECT (
  groupArrayIf(trace_id, in_window), groupArrayIf(start_ms, in_window),
  if(max(in_window), minIf(first_hour, in_window) * 6, 4294967295), groupArray(trace_id),
  maxIf(last_hour, in_window) * 6 + 5
)
FROM (
  SELECT
    trace_id, toUnixTimestamp64Milli(min(runs.start_time)) AS start_ms, min(hour) AS first_hour, max(hour) AS last_hour,
    start_ms >= {fromMs:Int64} AND start_ms < {toMs:Int64}
      AND ({workflow:String} = '' OR max(has(workflows, {workflow:String}))) AS in_window
{{changed-runs}}
)
