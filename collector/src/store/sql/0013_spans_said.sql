-- What a span itself said of columns that hold another span's word: JSON, column's field → value, null is nothing.
ALTER TABLE spans {{on_cluster}} ADD COLUMN IF NOT EXISTS said LowCardinality(String) CODEC(ZSTD(1))
