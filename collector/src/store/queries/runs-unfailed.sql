-- Runs of which it is written down that this agent took part and did not fail, as they are now: by the rule of `agents.sql`.
SELECT cityHash64(trace_id, arrived) FROM run_sums FINAL
    WHERE NOT gone AND day >= toDate(least(intDiv({firstHour:UInt32}, 24), 65535)) AND ({anyTenant:Bool} OR tenant = {tenant:String})
      AND has(agents.agent, {failedAgent:String})
      AND NOT arrayExists(
        (agent, turns, failed_turns, failed_calls) -> agent = {failedAgent:String} AND if(turns > 0, failed_turns, failed_calls) > 0,
        agents.agent, agents.turns, agents.failed_turns, agents.failed_calls
      )
