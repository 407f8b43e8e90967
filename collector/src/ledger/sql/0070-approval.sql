-- Questions to people, and their answers. `body` is JSON; what is told to the store is no longer open.
CREATE TABLE approval (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'expired')),
  open INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_asked ON approval (asked_at);
CREATE INDEX approval_open ON approval (asked_at) WHERE open = 1;
