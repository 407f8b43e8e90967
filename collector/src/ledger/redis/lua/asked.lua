-- of a set of asked calls, the newest first: when, what was answered, and the hold
local told = {}
local keys = input.newest and redis.call('ZREVRANGE', P .. input.set, 0, input.limit - 1)
  or redis.call('ZRANGE', P .. input.set, 0, input.limit - 1)
for _, key in ipairs(keys) do
  local hold = hold_at(key)
  if hold then told[#told + 1] = { text(hold.asked), hold.verdict, tell(hold) } end
end
return told
