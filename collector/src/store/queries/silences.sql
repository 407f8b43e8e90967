SELECT body
FROM silences FINAL
WHERE ends > fromUnixTimestamp64Milli({endedAfterMs:Int64}, 'UTC')
ORDER BY starts DESC, id
LIMIT 1000
