local written = {}
for _, booking in ipairs(input.bookings) do
  local key = P .. 'booking:' .. booking.key
  local stored = written[key]
  if stored and stored.amount == 0 then stored = nil end
  if not written[key] then
    local flat = redis.call('HMGET', key, 'amount', 'at', 'accounts')
    -- what was taken off is free to be booked elsewhere
    stored = flat[1] and flat[1] ~= '0' and { amount = tonumber(flat[1]), at = tonumber(flat[2]), accounts = flat[3] }
  end
  if stored or (booking.amount > 0 and #booking.claims > 0) then
    if not stored then
      local names = {}
      for i, claim in ipairs(booking.claims) do
        relimit(account_for(claim), claim, 0)
        names[i] = claim.key
      end
      stored = { amount = 0, at = now, accounts = table.concat(names, '\n') }
    end
    local more = booking.amount - stored.amount
    if more ~= 0 then
      for _, name in ipairs(lines(stored.accounts)) do
        local account = account_at(name)
        if account then shift(account, { reserve = 0, spent = 0, unbacked = 0, uncertain = 0 }, more, stored.at) end
      end
      stored.amount = booking.amount
      written[key] = stored
    end
  end
end
save()
for key, booking in pairs(written) do
  redis.call('HSET', key, 'amount', text(booking.amount), 'at', text(booking.at), 'accounts', booking.accounts)
  redis.call('PEXPIRE', key, KEEP_BOOKING)
end
return {}
