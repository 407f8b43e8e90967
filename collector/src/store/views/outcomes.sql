-- One row a run whose end somebody judged.
SELECT tenant, received_at AS time, trace_id, outcome, reason
FROM {{database}}.outcomes FINAL
