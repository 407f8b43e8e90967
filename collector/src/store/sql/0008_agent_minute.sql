-- Rates, tokens, money and latency by agent and minute, for charts and alerts. A span that is sent twice counts twice
-- here: budgets and runs never read it.
CREATE TABLE IF NOT EXISTS agent_minute {{on_cluster}} (
  tenant LowCardinality(String),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  minute DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  agent LowCardinality(String),
  kind Enum8('other' = 0, 'agent' = 1, 'llm' = 2, 'tool' = 3, 'retrieval' = 4, 'embedding' = 5, 'guard' = 6, 'gate' = 7, 'eval' = 8, 'chain' = 9),
  model LowCardinality(String),
  tool_name LowCardinality(String),
  calls SimpleAggregateFunction(sum, UInt64),
  errors SimpleAggregateFunction(sum, UInt64),
  input_tokens SimpleAggregateFunction(sum, UInt64),
  output_tokens SimpleAggregateFunction(sum, UInt64),
  cache_read_tokens SimpleAggregateFunction(sum, UInt64),
  cost_nano SimpleAggregateFunction(sum, Int64),
  unpriced_calls SimpleAggregateFunction(sum, UInt64),
  duration_ms_sum SimpleAggregateFunction(sum, Float64),
  duration_ms_max SimpleAggregateFunction(max, Float64),
  duration_ms AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), Float32),
  ttft_ms AggregateFunction(quantilesTDigest(0.5, 0.95), Float32)
) ENGINE = {{Aggregating}} PARTITION BY day
ORDER BY (tenant, agent, kind, minute, model, tool_name)
TTL day + toIntervalDay({{days}})
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
