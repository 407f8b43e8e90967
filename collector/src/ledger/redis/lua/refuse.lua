local known = hold_at(input.key)
if known then
  if known.fingerprint ~= input.fingerprint then return { 'conflict' } end
  return { 'known', known.verdict }
end
changed_holds[input.key] = new_hold('refused', {})
save()
count(false)
return { 'held' }
