local hold = real(input.key)
if not hold then return { 'unknown' } end
if hold.state == 'released' then return { 'already', '', tell(hold) } end
if hold.state == 'settled' then return { 'already', spent_of(hold) > 0 and 'differs' or '', tell(hold) } end
finish(hold, function(ending)
  ending.floor = 0
  ending.state = 'released'
end)
save()
return { 'settled', '', tell(hold) }
