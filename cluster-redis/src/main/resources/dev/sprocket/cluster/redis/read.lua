-- Reads the events after a position.
-- ARGV: as place.lua; maximum of events, of bytes.
-- Returns the answer of place.lua, and envelopes.
local count, left, size = 0, tonumber(ARGV[4]), tonumber(ARGV[5])
local index = from - base
while left > 0 do
  local some = call('LRANGE', log, text(index), text(index + math.min(left, 16) - 1))
  for _, element in ipairs(some) do
    size = size - (#element - 8)
    if count > 0 and size < 0 then return answer end
    count = count + 1
    answer[#answer + 1] = element:sub(9)
  end
  if #some == 0 then break end
  index, left = index + #some, left - #some
end
return answer
