-- what stands in a field of `switches` or `rules` becomes another, unless it is not what the caller saw
local current = redis.call('HGET', P .. input.set, input.field) or ''
if input.before and input.before ~= current then return 'moved' end
if input.after == '' then
  redis.call('HDEL', P .. input.set, input.field)
else
  redis.call('HSET', P .. input.set, input.field, input.after)
end
redis.call('LPUSH', P .. 'audit', input.audit)
redis.call('INCR', P .. 'version')
redis.call('PUBLISH', P .. 'changes', version())
return 'done'
