-- Column → its new value as text, '' is unknown. `counted`, `priced` and the cost beside it are of before this column.
ALTER TABLE span_changes {{on_cluster}} ADD COLUMN IF NOT EXISTS fields Map(LowCardinality(String), String)
