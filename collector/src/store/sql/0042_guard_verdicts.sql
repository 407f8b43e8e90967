-- What people say of findings. Every word is kept; the latest counts, and `none` takes back.
CREATE TABLE IF NOT EXISTS guard_verdicts {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'of the finding',
  day Date COMMENT 'of the arrival' CODEC(DoubleDelta, ZSTD(1)),
  finding String CODEC(ZSTD(1)),
  at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  verdict LowCardinality(String) COMMENT 'right, false_alarm or none' CODEC(ZSTD(1)),
  by LowCardinality(String) CODEC(ZSTD(1)),
  reason String CODEC(ZSTD(3))
) ENGINE = {{Replacing(at)}} PARTITION BY day
ORDER BY (finding, at, by, verdict)
TTL day + toIntervalDay({{days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1{{dedup}}
