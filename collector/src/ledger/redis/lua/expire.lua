local told = { text(now) }
for _, key in ipairs(redis.call('ZRANGEBYSCORE', P .. 'open', '-inf', text(now), 'LIMIT', 0, input.limit)) do
  local hold = hold_at(key)
  finish(hold, function(ending)
    ending.floor = math.max(ending.floor, ending.drawn) + ending.reserve - ending.lent
    ending.state = 'expired'
  end)
  told[#told + 1] = hold
end
save()
for i = 2, #told do told[i] = tell(told[i]) end
return told
