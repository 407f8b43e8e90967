local hold = real(input.key)
if not hold then return { 'unknown' } end
local spent = spent_of(hold)
local over = hold.state == 'settled' or (hold.state == 'released' and input.actual <= spent)
if over then return { 'already', spent == input.actual and '' or 'differs', tell(hold) } end
finish(hold, function(ending)
  ending.floor = math.max(0, input.actual - (ending.kids - ending.sunk))
  ending.state = 'settled'
end)
save()
return { 'settled', '', tell(hold) }
