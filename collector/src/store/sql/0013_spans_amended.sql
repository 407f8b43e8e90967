-- A corrected row stands beside the one it corrects until a merge; rollups that add up leave it out and take the difference.
ALTER TABLE spans {{on_cluster}} ADD COLUMN IF NOT EXISTS amended Bool DEFAULT false CODEC(ZSTD(1))
