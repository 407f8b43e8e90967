-- Quality scores of runs and spans. `span_id` '' is the run itself. The same name and source again replaces; the score of a
-- span that never comes stays unseen. `tenant` '' came from a key without a tenant and is of whoever has the trace.
CREATE TABLE IF NOT EXISTS scores {{on_cluster}} (
  tenant LowCardinality(String),
  day Date COMMENT 'of the arrival' CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  source LowCardinality(String) CODEC(ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(ZSTD(1)),
  label LowCardinality(String) CODEC(ZSTD(1)),
  explanation String CODEC(ZSTD(3))
) ENGINE = {{Replacing(received_at)}} PARTITION BY day
ORDER BY (trace_id, tenant, span_id, name, source)
TTL day + toIntervalDay({{days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
