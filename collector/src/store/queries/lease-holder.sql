SELECT holder
FROM leases FINAL
WHERE name = {name:String} AND alive AND seen > now64(3) - toIntervalMillisecond({ttlMs:UInt32})
ORDER BY since, holder
LIMIT 1
