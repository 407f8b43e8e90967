-- What alerts did. The same event written again replaces itself.
CREATE TABLE IF NOT EXISTS alerts {{on_cluster}} (
  day Date CODEC(DoubleDelta, ZSTD(1)),
  at DateTime64(3, 'UTC') COMMENT 'the minute that decided' CODEC(DoubleDelta, ZSTD(1)),
  identity String CODEC(ZSTD(1)),
  event LowCardinality(String) COMMENT 'fired or resolved' CODEC(ZSTD(1)),
  rule LowCardinality(String) CODEC(ZSTD(1)),
  metric LowCardinality(String) CODEC(ZSTD(1)),
  severity LowCardinality(String) CODEC(ZSTD(1)),
  examples Array(String) COMMENT 'trace IDs' CODEC(ZSTD(1)),
  body String COMMENT 'JSON' CODEC(ZSTD(3)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1))
) ENGINE = {{Replacing(received_at)}} PARTITION BY day
ORDER BY (at, identity, event)
TTL day + toIntervalDay({{days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
