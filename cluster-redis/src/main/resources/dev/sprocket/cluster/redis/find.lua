-- Finds a position.
-- ARGV: as place.lua; maximum of events, of bytes.
-- Returns the answer of place.lua, offset and publication id from which the limits hold, and those before the newest.
local limited = math.max(from, s.o - tonumber(ARGV[4]))
local function total(offset)
  if offset == s.b then return s.B end
  return number(element(offset):sub(1, 8))
end
local high = s.o
while limited < high do
  local middle = math.floor((limited + high) / 2)
  if s.T - total(middle) > tonumber(ARGV[5]) then limited = middle + 1 else high = middle end
end
local newest = math.max(s.b, s.o - 1)
for _, offset in ipairs({limited, newest}) do
  answer[#answer + 1] = text(offset)
  answer[#answer + 1] = publication(offset)
end
return answer
