SELECT verdict, by, reason, toString(toUnixTimestamp64Milli(at)) AS at_ms
FROM guard_verdicts
WHERE finding = {finding:String}
ORDER BY guard_verdicts.at DESC
LIMIT 1000
