SELECT cityHash64(trace_id, arrived) FROM run_sums FINAL
WHERE NOT gone AND day >= toDate({sumsFromDay:UInt16}) AND ({anyTenant:Bool} OR tenant = {tenant:String})
  -- of what was spent in a window a sum says nothing that is both of the window and of times outside of it
  AND (
    {isWhole:Bool}
    OR spent_to < fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') OR spent_from >= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    OR (spent_from >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND spent_to < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC'))
  )
