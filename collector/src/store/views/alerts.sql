-- One row a firing or a resolving of an alert.
SELECT
  at AS time,
  event, rule, metric, severity, identity,
  JSONExtractString(body, 'text') AS text,
  JSONExtractString(body, 'labels', 'agent') AS agent,
  JSONExtractString(body, 'labels', 'workflow') AS workflow,
  JSONExtractString(body, 'labels', 'model') AS model,
  JSONExtract(body, 'value', 'Nullable(Float64)') AS value,
  JSONExtract(body, 'center', 'Nullable(Float64)') AS center,
  JSONExtract(body, 'deviation', 'Nullable(Float64)') AS deviation,
  JSONExtract(body, 'z', 'Nullable(Float64)') AS z,
  fromUnixTimestamp64Milli(JSONExtractInt(body, 'sinceMs'), 'UTC') AS since,
  examples,
  -- of several alerts of one trouble one is told
  if(JSONHas(body, 'incident'), JSONExtractString(body, 'incident'), identity) AS incident,
  if(JSONHas(body, 'told'), JSONExtractBool(body, 'told'), true) AS told
FROM {{database}}.alerts FINAL
