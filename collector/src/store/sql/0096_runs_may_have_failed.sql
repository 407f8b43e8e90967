-- A root that is a request leaves its end to the agents and chains that it let in. Of what came before, nobody knows.
ALTER TABLE runs {{on_cluster}}
  ADD COLUMN IF NOT EXISTS may_have_failed SimpleAggregateFunction(max, UInt8) DEFAULT 1 COMMENT 'whether an agent or chain failed' CODEC(ZSTD(1))
