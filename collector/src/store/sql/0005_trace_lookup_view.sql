CREATE MATERIALIZED VIEW IF NOT EXISTS trace_lookup_view {{on_cluster}} TO trace_lookup AS
SELECT tenant, day, trace_id, min(s.start_time) AS start_time, min(bucket) AS first_bucket, max(bucket) AS last_bucket
FROM spans AS s
GROUP BY tenant, day, trace_id
