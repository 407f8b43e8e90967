local told = {}
for i, claim in ipairs(input.claims) do told[i] = balance(i, claim) end
return told
