-- In the background: until it is there, what was stored before is found as it was.
ALTER TABLE spans {{on_cluster}} MATERIALIZE INDEX by_end
