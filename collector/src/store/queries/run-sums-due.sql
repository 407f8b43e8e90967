-- Runs that are still and not written down as they are, the newest first.
SELECT of_tenant AS tenant, day_of AS day, trace_id, began AS start_time, first_bucket, last_bucket, told AS arrived, words AS workflows
FROM (
  SELECT
    any(tenant) AS of_tenant, toDate(min(runs.start_time)) AS day_of, trace_id, min(runs.start_time) AS began,
    min(hour) * 6 AS first_bucket, max(hour) * 6 + 5 AS last_bucket, sum(runs.arrived) AS told,
    groupUniqArrayArray(runs.workflows) AS words
{{changed-runs}}
    -- of several tenants' spans each tenant sees another run; an absurd start is kept under the day of its arrival
    AND uniqExact(tenant) = 1 AND min(runs.day) = day_of
    AND max(runs.received_at) < fromUnixTimestamp64Milli({stillSinceMs:Int64}, 'UTC')
    AND trace_id NOT IN ({without:Array(String)})
)
ORDER BY start_time DESC
LIMIT {runs:UInt32}
