-- How runs ended for whoever asked for them. The latest word wins.
CREATE TABLE IF NOT EXISTS outcomes {{on_cluster}} (
  tenant LowCardinality(String),
  day Date COMMENT 'of the arrival' CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  outcome LowCardinality(String) CODEC(ZSTD(1)),
  reason String CODEC(ZSTD(3))
) ENGINE = {{Replacing(received_at)}} PARTITION BY day
ORDER BY (trace_id, tenant)
TTL day + toIntervalDay({{days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
