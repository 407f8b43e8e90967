local key = input.key or redis.call('GET', P .. 'span:' .. input.spankey)
local hold = key and real(key)
return hold and tell(hold) or false
