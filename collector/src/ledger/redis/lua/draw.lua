local hold = real(input.key)
if not hold then return { 'unknown' } end
local draws = P .. 'draws:' .. input.key
local before, at = string.match(redis.call('HGET', draws, input.draw) or '', '(%d+),(%d+)')
local more = input.actual - (tonumber(before) or 0)
if more == 0 then return { 'already', '', tell(hold) } end
at = tonumber(at) or now
climb(line_of(hold), function(lease) lease.drawn = capped(lease.drawn + more) end, at)
save()
redis.call('HSET', draws, input.draw, text(input.actual) .. ',' .. text(at))
redis.call('PEXPIRE', draws, KEEP)
return { 'settled', '', tell(hold) }
