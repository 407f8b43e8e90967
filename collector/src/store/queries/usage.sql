SELECT table, toString(sum(rows)) AS rows, toString(sum(bytes_on_disk)) AS bytes, min(partition) AS oldest
FROM system.parts
WHERE active AND database = currentDatabase()
GROUP BY table
ORDER BY table
