-- Versions of an agent that began in the window: not seen in the day before, in which the agent was at work, and not only
-- since a moment ago: what somebody new begins with is no change. Of a few minutes the day before is read of those only who
-- tell something that they did not tell in the hour before.
SELECT agent, what, version, toString(toUnixTimestamp64Milli(began)) AS first_ms
FROM (
  SELECT
    agent, what, version, began,
    max(ended) OVER (
      PARTITION BY agent ORDER BY toUnixTimestamp(began) RANGE BETWEEN UNBOUNDED PRECEDING AND 180 PRECEDING
    ) AS agent_before,
    max(ended) OVER (PARTITION BY agent, what, version ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS version_before
  FROM (
    SELECT
      toString(agent) AS agent, began, ended,
      arrayJoin([
        ('agentVersion', toString(agent_version)), ('configVersion', toString(config_version)),
        ('promptVersion', if(prompt_version = '', '', concat(toString(prompt_name), ' ', toString(prompt_version)))),
        ('model', toString(request_model))
      ]) AS told,
      tupleElement(told, 1) AS what, tupleElement(told, 2) AS version
    FROM (
      -- a day of one agent and version is one row: a gap as long lies between two of them
      SELECT
        agent, agent_version, config_version, prompt_name, prompt_version, request_model,
        min(start_time) AS began, max(start_time) AS ended
      FROM spans
      WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 144 AND bucket <= intDiv({toMs:Int64}, 600000)
        AND agent != '' AND ({agent:String} = '' OR agent = {agent:String})
        AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
        AND (NOT {few:Bool} OR agent IN (
          SELECT agent FROM spans
          WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 6 AND bucket <= intDiv({toMs:Int64}, 600000)
            AND start_time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
          GROUP BY agent, agent_version, config_version, prompt_name, prompt_version, request_model
          HAVING min(start_time) >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
        ))
      GROUP BY agent, agent_version, config_version, prompt_name, prompt_version, request_model, intDiv(bucket, 144)
    )
  )
  WHERE version != ''
)
WHERE began >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
  -- the first of a kind has nothing before it, which is 1970
  AND agent_before >= began - toIntervalDay(1) AND version_before < began - toIntervalDay(1)
ORDER BY began, agent, what, version
LIMIT 1000
