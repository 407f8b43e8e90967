-- the switches and rules that stand, and their version
return { version(), redis.call('HGETALL', P .. 'switches'), redis.call('HGETALL', P .. 'rules') }
