-- What guards found: one rule and type in one direction of one span. The gate's word, which was done, stands before what
-- is read later in the span's telemetry; of the same the later one stays. Texts are as their content mode left them.
CREATE TABLE IF NOT EXISTS guard_findings {{on_cluster}} (
  tenant LowCardinality(String),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  id String COMMENT 'hash of tenant, trace, span, direction, rule and type' CODEC(ZSTD(1)),
  at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  guard LowCardinality(String) CODEC(ZSTD(1)),
  type LowCardinality(String) CODEC(ZSTD(1)),
  rule LowCardinality(String) CODEC(ZSTD(1)),
  direction LowCardinality(String) COMMENT 'input, output or tool' CODEC(ZSTD(1)),
  field LowCardinality(String) CODEC(ZSTD(1)),
  action LowCardinality(String) COMMENT 'what the policy asks for: flag, redact, ask or block' CODEC(ZSTD(1)),
  enforced Bool COMMENT 'it was done before the call went on' CODEC(ZSTD(1)),
  shadow Bool CODEC(ZSTD(1)),
  source LowCardinality(String) COMMENT 'gate, ingest or guard' CODEC(ZSTD(1)),
  score Float64 CODEC(ZSTD(1)),
  view LowCardinality(String) CODEC(ZSTD(1)),
  count UInt32 CODEC(T64, ZSTD(1)),
  why LowCardinality(String) CODEC(ZSTD(1)),
  before Nullable(String) COMMENT 'NULL where the content mode keeps no texts' CODEC(ZSTD(3)),
  found Nullable(String) CODEC(ZSTD(3)),
  after Nullable(String) CODEC(ZSTD(3)),
  agent LowCardinality(String) CODEC(ZSTD(1)),
  workflow LowCardinality(String) CODEC(ZSTD(1)),
  user_id String CODEC(ZSTD(1)),
  model LowCardinality(String) CODEC(ZSTD(1)),
  tool_name LowCardinality(String) CODEC(ZSTD(1)),
  policy LowCardinality(String) CODEC(ZSTD(1)),
  policy_version LowCardinality(String) COMMENT 'hash of its content' CODEC(ZSTD(1)),
  weight UInt64 CODEC(ZSTD(1))
) ENGINE = {{Replacing(weight)}} PARTITION BY day
ORDER BY (tenant, id)
TTL day + toIntervalDay({{content_days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
