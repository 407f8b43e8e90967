-- Versions of an agent that began in the window, where the agent was at work in the day before without them.
SELECT agent, what, version, toString(toUnixTimestamp64Milli(first)) AS first_ms
FROM (
  SELECT
    agent, what, version, min(start_time) AS first,
    min(min(start_time)) OVER (PARTITION BY agent) AS known_since
  FROM (
    SELECT
      toString(agent) AS agent, start_time,
      arrayJoin([
        ('agentVersion', toString(agent_version)), ('configVersion', toString(config_version)),
        ('promptVersion', if(prompt_version = '', '', concat(toString(prompt_name), ' ', toString(prompt_version)))),
        ('model', toString(request_model))
      ]) AS told,
      tupleElement(told, 1) AS what, tupleElement(told, 2) AS version
    FROM spans
    WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000)
      AND agent != '' AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  )
  WHERE version != ''
  GROUP BY agent, what, version
)
WHERE first >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND known_since < fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
ORDER BY first, agent, what, version
LIMIT 1000
