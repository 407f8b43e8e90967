-- Whose spans arrived after the minutes they ended in were settled.
SELECT
  toString(agent) AS agent, toString(workflow) AS workflow, toString(tenant) AS tenant, toString(tool_name) AS tool,
  toString(if(response_model = '', request_model, response_model)) AS model,
  toString(min(toUnixTimestamp64Milli(toDateTime64(ended, 3, 'UTC')))) AS first_end_ms,
  toString(toUnixTimestamp64Milli(max(received))) AS received_ms
FROM (
  SELECT
    agent, workflow, tenant, tool_name, request_model, response_model,
    start_time + toIntervalNanosecond(duration_ns) AS ended, received_at AS received
  FROM spans
  WHERE bucket >= intDiv({endedFromMs:Int64}, 600000) - 144 AND bucket <= intDiv({endedBeforeMs:Int64}, 600000)
    AND received_at > fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
)
WHERE ended >= fromUnixTimestamp64Milli({endedFromMs:Int64}, 'UTC') AND ended < fromUnixTimestamp64Milli({endedBeforeMs:Int64}, 'UTC')
GROUP BY agent, workflow, tenant, tool, model
ORDER BY agent, workflow, tenant, tool, model
LIMIT 100000
