-- Runs that were given scores in a window, the lowest first, by who was scored; as `sample-examples` does for spans.
SELECT trace_id, key, weight
FROM (
  SELECT trace_id, hex(cityHash64(trace_id)) AS key, weight, latest, quantileExact(0.8)(weight) OVER () AS high
  FROM (
    SELECT scored.trace_id AS trace_id, 1000. - min(scored.value) AS weight, max(scored.received_at) AS latest
    FROM (
      SELECT trace_id, span_id, value, received_at
      FROM scores FINAL
      WHERE received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    ) AS scored
    INNER JOIN (
      SELECT tenant, trace_id, agent, workflow, arrayJoin(if(parent_span_id = '', [span_id, ''], [span_id])) AS scored_id
      FROM spans FINAL
      WHERE bucket >= intDiv({fromMs:Int64}, 600000) - 1008 AND bucket <= intDiv({toMs:Int64}, 600000)
        AND trace_id IN (
          SELECT trace_id FROM scores
          WHERE received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
        )
    ) AS s ON s.trace_id = scored.trace_id AND s.scored_id = scored.span_id
    WHERE ({agent:String} = '' OR s.agent = {agent:String}) AND ({workflow:String} = '' OR s.workflow = {workflow:String})
      AND ({tenant:String} = '' OR s.tenant = {tenant:String})
    GROUP BY trace_id
  )
)
WHERE NOT {all:Bool} OR weight >= high
ORDER BY if({all:Bool}, key, ''), weight DESC, latest DESC
LIMIT {most:UInt32}
