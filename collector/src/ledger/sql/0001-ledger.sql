-- Money is nano-dollars, time milliseconds since 1970. A tenant of '' is none.
CREATE TABLE account (
  n INTEGER PRIMARY KEY,
  budget TEXT NOT NULL,
  key TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL, -- 0: never
  rolling_ms INTEGER NOT NULL, -- 0: it does not roll
  limit_nano INTEGER NOT NULL,
  cap INTEGER NOT NULL,
  held INTEGER NOT NULL CHECK (held >= 0),
  backed INTEGER NOT NULL CHECK (backed >= 0),
  unbacked INTEGER NOT NULL CHECK (unbacked >= 0),
  ungoverned INTEGER NOT NULL CHECK (ungoverned >= 0),
  uncertain INTEGER NOT NULL CHECK (uncertain >= 0),
  slices TEXT NOT NULL,
  touched_at INTEGER NOT NULL,
  spent INTEGER GENERATED ALWAYS AS (backed + unbacked + ungoverned) VIRTUAL,
  UNIQUE (budget, key, start_at, end_at, rolling_ms),
  CHECK (held + spent - unbacked - ungoverned <= cap)
) STRICT;
CREATE INDEX account_touched ON account (touched_at);
CREATE INDEX account_held ON account (n, held) WHERE held > 0;

CREATE TABLE hold (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL,
  trace_id TEXT NOT NULL,
  span_id TEXT,
  parent_id TEXT,
  amount INTEGER NOT NULL,
  accounts TEXT NOT NULL, -- numbers, JSON
  asked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  memo TEXT NOT NULL,
  verdict TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'released', 'expired', 'refused')),
  reserve INTEGER NOT NULL,
  backing INTEGER NOT NULL,
  floor INTEGER NOT NULL CHECK (floor >= 0),
  drawn INTEGER NOT NULL CHECK (drawn >= 0),
  kids INTEGER NOT NULL CHECK (kids >= 0),
  lent INTEGER NOT NULL CHECK (lent >= 0),
  sunk INTEGER NOT NULL CHECK (sunk >= 0),
  ended_at INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0,
  UNIQUE (tenant, id),
  CHECK (lent <= reserve AND reserve <= backing AND backing <= amount)
) STRICT;
CREATE INDEX hold_span ON hold (trace_id, span_id);
CREATE INDEX hold_tenant ON hold (tenant, n);
CREATE INDEX hold_reserving ON hold (n) WHERE state = 'open' OR reserve > 0;
CREATE INDEX hold_untold ON hold (n) WHERE told = 0;

CREATE TABLE draw (
  hold INTEGER NOT NULL,
  id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (hold, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking (
  n INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  amount INTEGER NOT NULL,
  at INTEGER NOT NULL,
  accounts TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX booking_at ON booking (at);

CREATE TABLE run (
  tenant TEXT NOT NULL,
  trace_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  model_calls INTEGER NOT NULL,
  tool_calls INTEGER NOT NULL,
  turns TEXT NOT NULL,
  run_limit INTEGER,
  PRIMARY KEY (tenant, trace_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE switch (
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  tenant TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (scope, name, tenant)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE audit (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
