-- Where the spans of a trace lie, so that a run is found without a scan, and when it started.
CREATE TABLE IF NOT EXISTS trace_lookup {{on_cluster}} (
  tenant LowCardinality(String),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  start_time SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
  first_bucket SimpleAggregateFunction(min, UInt32) CODEC(Delta(4), ZSTD(1)),
  last_bucket SimpleAggregateFunction(max, UInt32) CODEC(Delta(4), ZSTD(1))
) ENGINE = {{Aggregating}} PARTITION BY day
ORDER BY (trace_id, tenant)
TTL day + toIntervalDay({{days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
