-- What was written down of claimed runs under another day: a later one, of which a span came that is earlier than all before,
-- or one that `runs` has no more.
INSERT INTO run_sums (tenant, day, trace_id, start_time, arrived, made_at, gone)
SELECT tenant, day, trace_id, start_time, arrived, addMilliseconds({at:DateTime64(3, 'UTC')}, 1), 1
FROM run_sums FINAL
WHERE NOT gone AND trace_id IN (
    SELECT trace_id FROM run_sums
    WHERE day >= {fromDay:Date} AND day <= {toDay:Date} AND made_at = {at:DateTime64(3, 'UTC')} AND gone
  )
  AND (day >= {fromDay:Date} AND day <= addDays({toDay:Date}, 9) OR day < (SELECT min(day) FROM runs))
SETTINGS max_partitions_per_insert_block = 0
