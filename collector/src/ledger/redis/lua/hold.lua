local known = hold_at(input.key)
if known then
  if known.fingerprint ~= input.fingerprint then return { 'conflict' } end
  return { 'known', known.verdict }
end
if input.version ~= version() then return { 'stale' } end

local parent, line, covered = nil, {}, {}
if input.parent ~= '' then
  parent = hold_at(input.parent)
  local lends = parent and parent.state == 'open' and (parent.kind == 'agent' or parent.kind == 'lease')
  if not lends or parent.expires <= now then return { 'orphan', '' } end
  if parent.reserve - parent.lent < input.amount then return { 'orphan', text(parent.reserve - parent.lent) } end
  line = line_of(parent)
  for _, above in ipairs(line) do
    for _, key in ipairs(lines(above.accounts)) do covered[key] = true end
  end
end

local claims, names, short = {}, {}, { 'refused' }
for i, claim in ipairs(input.claims) do
  if not covered[claim.key] then
    local account = account_at(claim.key)
    local used = account and account.held + account.backed + account.unbacked + account.ungoverned or 0
    if not claim.shadow and used + input.amount > limit_of(claim, account) then short[#short + 1] = balance(i, claim) end
    claims[#claims + 1] = claim
    names[#names + 1] = claim.key
  end
end
if #short > 1 then return short end

local by = { reserve = input.amount, spent = 0, unbacked = 0, uncertain = 0 }
for _, claim in ipairs(claims) do
  local account = account_for(claim)
  relimit(account, claim, input.amount)
  shift(account, by, 0, now)
end
climb(line, function(lender) lender.lent = lender.lent + input.amount end, now)
changed_holds[input.key] = new_hold('open', names)
save()
count(true)
return { 'held' }
