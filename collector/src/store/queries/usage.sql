SELECT table, toString(sum(rows)) AS rows, toString(sum(bytes_on_disk)) AS bytes, toString(min(if(table = 'spans', partition, '9'))) AS oldest
FROM system.parts
WHERE active AND database = currentDatabase()
GROUP BY table
ORDER BY table
