SELECT table, toString(sum(rows)) AS rows, toString(sum(bytes_on_disk)) AS bytes, min(partition) AS oldest
FROM {{parts}}
WHERE active AND database = {database:String}
GROUP BY table
ORDER BY table
