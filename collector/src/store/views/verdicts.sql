-- One row a word of a person on a finding; the latest counts, and `none` takes back.
SELECT tenant, at AS time, finding, verdict, by, reason
FROM {{database}}.guard_verdicts FINAL
