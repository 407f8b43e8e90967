-- Message texts, apart from the skeleton that lists and metrics read; may be dropped without touching it.
CREATE TABLE IF NOT EXISTS span_content {{on_cluster}} (
  tenant LowCardinality(String),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  input String CODEC(ZSTD(3)),
  output String CODEC(ZSTD(3)),
  tool_args String CODEC(ZSTD(3)),
  retrieval_query String CODEC(ZSTD(3)),
  retrieval_documents String CODEC(ZSTD(3))
) ENGINE = {{Replacing(received_at)}} PARTITION BY day
ORDER BY (tenant, trace_id, span_id)
TTL day + toIntervalDay({{content_days}})
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1{{dedup}}
