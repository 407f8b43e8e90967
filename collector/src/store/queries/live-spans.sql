-- of the runs that are live, by the hours in which spans of theirs lie: they may be the first and the last of a month
bucket IN (SELECT toUInt32(arrayJoin(live.3) * 6 + arrayJoin(range(6)))) AND trace_id IN (SELECT arrayJoin(live.1))
