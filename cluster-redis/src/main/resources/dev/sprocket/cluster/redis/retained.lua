-- Returns the retained envelopes of topics; of each the one for some subscribers first.
-- ARGV: topics.
local answer = {}
for _, topic in ipairs(ARGV) do
  for i = 2, 1, -1 do
    local element = redis.call('HGET', hashes[i], topic)
    if element then
      local ending = struct.unpack('>I8', element:sub(1, 8))
      if ending == 0 or ending > now then answer[#answer + 1] = element:sub(9) end
    end
  end
end
save()
return answer
