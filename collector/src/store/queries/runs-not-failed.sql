-- Runs of which it is written down that they did not fail, as they are now.
SELECT cityHash64(trace_id, arrived) FROM run_sums FINAL
    WHERE NOT gone AND day >= toDate(least(intDiv({firstHour:UInt32}, 24), 65535)) AND ({anyTenant:Bool} OR tenant = {tenant:String})
      AND root_status != 'error'
