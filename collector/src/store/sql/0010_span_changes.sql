-- Corrections of stored spans on their way into `spans`, and for a week the trail of what was corrected and when.
CREATE TABLE IF NOT EXISTS span_changes {{on_cluster}} (
  batch String COMMENT 'one call of amend',
  tenant LowCardinality(String),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  counted Nullable(Bool) COMMENT 'NULL: as it was',
  priced Bool COMMENT 'whether the three below replace those of the span',
  cost_nano Nullable(Int64),
  cost_source LowCardinality(String),
  price_version LowCardinality(String)
) ENGINE = {{Replacing(at)}} PARTITION BY toDate(at)
ORDER BY (batch, trace_id, tenant, span_id)
TTL toDate(at) + toIntervalDay(7)
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1{{dedup}}
