-- a question to a person becomes what `after` says, unless it is not what the caller saw
local key = P .. 'approval:' .. input.id
if (redis.call('GET', key) or '') ~= input.before then return 'moved' end
redis.call('SET', key, input.after, 'PX', text(KEEP))
redis.call('ZADD', P .. 'approvals', text(input.asked), input.id)
redis.call('ZREMRANGEBYRANK', P .. 'approvals', 0, -KEEP_ASKED - 1)
if input.open then
  redis.call('ZADD', P .. 'approvals:open', text(input.asked), input.id)
else
  redis.call('ZREM', P .. 'approvals:open', input.id)
end
if input.audit ~= '' then redis.call('LPUSH', P .. 'audit', input.audit) end
return 'done'
