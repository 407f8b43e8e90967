-- A user for dashboards that read a ClickHouse server (CLICKHOUSE_URL) themselves, not through the collector's /clickhouse:
-- reads the views, nothing else, within limits. It sees every tenant.
-- Run once as an administrator, after the collector has started for the first time. `outrider` is the database of
-- CLICKHOUSE_URL; its views are in `outrider_views`. On a cluster add ON CLUSTER to every
-- statement, grant the same on `outrider_all`, and add to the profile: distributed_product_mode = 'global'.
CREATE SETTINGS PROFILE IF NOT EXISTS outrider_dashboards SETTINGS
  readonly = 2,
  use_skip_indexes_if_final_exact_mode = 0,
  max_execution_time = 10 MAX 10,
  max_memory_usage = 1073741824 MAX 1073741824,
  max_rows_to_read = 50000000 MAX 50000000,
  max_result_rows = 100000 MAX 100000;
CREATE USER IF NOT EXISTS grafana IDENTIFIED WITH sha256_password BY 'change me' SETTINGS PROFILE 'outrider_dashboards';
GRANT SELECT ON outrider_views.* TO grafana;
-- A view reads with the rights of who asks, so these too. Message texts (span_content, span_logs) stay closed.
GRANT SELECT ON outrider.spans TO grafana;
GRANT SELECT ON outrider.alerts TO grafana;
GRANT SELECT ON outrider.scores TO grafana;
GRANT SELECT ON outrider.outcomes TO grafana;
GRANT SELECT ON outrider.guard_findings TO grafana;
GRANT SELECT ON outrider.guard_verdicts TO grafana;
