-- Which collectors are alive, and since when: of those that bid for the same thing the oldest has it.
CREATE TABLE IF NOT EXISTS leases {{on_cluster}} (
  name LowCardinality(String),
  holder String CODEC(ZSTD(1)),
  since DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  alive Bool CODEC(ZSTD(1)),
  seen DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'by the clock of the store' CODEC(DoubleDelta, ZSTD(1))
) ENGINE = {{Replacing(seen)}}
ORDER BY (name, holder)
TTL toDate(seen) + toIntervalDay(1)
SETTINGS index_granularity = 1024{{dedup}}
