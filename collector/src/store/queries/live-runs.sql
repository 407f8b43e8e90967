-- Runs of which nothing is written down, or not what they are now, as one row: IDs and starts of those that started in the
-- window, which are read from their spans; the hours in which these lie; and IDs of all, of which nothing that is written down
-- is read. A run starts at the earliest start that was ever told, as in the list of runs.
SELECT (
  groupArrayIf(trace_id, in_window), groupArrayIf(start_ms, in_window), groupUniqArrayArrayIf(hours, in_window), groupArray(trace_id)
)
FROM (
  SELECT
    trace_id, toUnixTimestamp64Milli(min(runs.start_time)) AS start_ms, groupUniqArray(hour) AS hours,
    start_ms >= {fromMs:Int64} AND start_ms < {toMs:Int64}
      AND ({workflow:String} = '' OR max(has(workflows, {workflow:String}))) AS in_window
{{changed-runs}}
)
