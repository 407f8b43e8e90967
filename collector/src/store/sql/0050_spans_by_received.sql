-- What arrived lately is found without reading what did not.
ALTER TABLE spans {{on_cluster}} ADD INDEX IF NOT EXISTS by_received received_at TYPE minmax GRANULARITY 1
