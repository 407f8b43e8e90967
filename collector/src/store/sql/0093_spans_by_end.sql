-- Long spans began up to a day before they ended: those that ended in a minute are found without reading that day. When a
-- span ended is no part of its key: who asks with FINAL asks for the keys first, and for the last word of those then.
ALTER TABLE spans {{on_cluster}} ADD INDEX IF NOT EXISTS by_end toUnixTimestamp64Nano(start_time) + duration_ns TYPE minmax GRANULARITY 1
