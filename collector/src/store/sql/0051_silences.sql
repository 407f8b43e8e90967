-- Who keeps which alerts quiet, until when and why; also those that are over. The latest word on an id stays.
CREATE TABLE IF NOT EXISTS silences {{on_cluster}} (
  id String CODEC(ZSTD(1)),
  starts DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  ends DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  body String COMMENT 'JSON' CODEC(ZSTD(1)),
  written_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1))
) ENGINE = {{Replacing(written_at)}}
ORDER BY id
TTL toDate(ends) + toIntervalDay(400)
SETTINGS index_granularity = 1024{{dedup}}
