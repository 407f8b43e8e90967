-- what was touched last: names, and their balances
local told = { text(now) }
for _, key in ipairs(redis.call('ZREVRANGE', P .. 'touched', 0, input.limit - 1)) do
  local account = account_at(key)
  if account then told[#told + 1] = { key, balance(0, { key = key, limit = account.limit }) } end
end
return told
