-- Granules hold many tenants where few spans come a day, so that the key alone finds no time of all of them.
ALTER TABLE spans {{on_cluster}} ADD INDEX IF NOT EXISTS by_bucket bucket TYPE minmax GRANULARITY 1
