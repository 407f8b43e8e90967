-- Stored spans as they are, but with what a batch of `span_changes` says; those that say it already are left alone.
INSERT INTO spans
WITH
  (
    SELECT (min(first_bucket), max(last_bucket)) FROM trace_lookup
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
  ) AS bounds,
  latest AS (
    SELECT * FROM spans
    WHERE trace_id IN (SELECT trace_id FROM span_changes WHERE batch = {batch:String})
      AND bucket >= bounds.1 AND bucket <= bounds.2
    ORDER BY received_at DESC
    LIMIT 1 BY tenant, trace_id, span_id
  ),
  wanted AS (
    SELECT
      tenant, trace_id, span_id, counted AS new_counted, priced, cost_nano AS new_cost, cost_source AS new_source,
      price_version AS new_version
    FROM span_changes FINAL
    WHERE batch = {batch:String}
  )
SELECT latest.* REPLACE (
  -- later than the row it replaces, whatever the clock says
  greatest({at:DateTime64(3, 'UTC')}, addMilliseconds(received_at, 1)) AS received_at,
  ifNull(new_counted, counted) AS counted,
  if(priced, new_cost, cost_nano) AS cost_nano,
  if(priced, new_source, cost_source) AS cost_source,
  if(priced, new_version, price_version) AS price_version
)
FROM latest INNER JOIN wanted USING (tenant, trace_id, span_id)
WHERE ifNull(new_counted, latest.counted) != latest.counted
  OR (priced AND (
    NOT (new_cost <=> latest.cost_nano) OR new_source != latest.cost_source OR new_version != latest.price_version
  ))
