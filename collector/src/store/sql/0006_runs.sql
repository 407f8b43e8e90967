-- Which runs there may be, by the hour of their spans. Every aggregate gives the same when a span comes twice, except
-- `cost_nano`, which is only ever an upper bound. What a run really was is told by `spans`.
CREATE TABLE IF NOT EXISTS runs {{on_cluster}} (
  tenant LowCardinality(String),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  hour UInt32 COMMENT 'since 1970' CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  start_time SimpleAggregateFunction(min, DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
  root_statuses SimpleAggregateFunction(groupBitOr, UInt8) COMMENT '1 unset, 2 ok, 4 error; 0 without a root' CODEC(ZSTD(1)),
  names SimpleAggregateFunction(groupUniqArrayArray, Array(String)) COMMENT 'of root spans' CODEC(ZSTD(1)),
  workflows SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  agents SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  models SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  tools SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  users SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  sessions SimpleAggregateFunction(groupUniqArrayArray, Array(String)) CODEC(ZSTD(1)),
  cost_nano SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1))
) ENGINE = {{Aggregating}} PARTITION BY day
ORDER BY (tenant, hour, trace_id)
TTL day + toIntervalDay({{days}})
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
