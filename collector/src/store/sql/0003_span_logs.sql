-- Log records of spans. They have no identity of their own: two that say the same are one.
CREATE TABLE IF NOT EXISTS span_logs {{on_cluster}} (
  tenant LowCardinality(String),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  body String CODEC(ZSTD(3)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attributes_json Array(LowCardinality(String)) CODEC(ZSTD(1)),
  digest FixedString(16) COMMENT 'of name, body and attributes'
) ENGINE = {{Replacing(received_at)}} PARTITION BY day
ORDER BY (tenant, trace_id, span_id, time, digest)
TTL day + toIntervalDay({{content_days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
