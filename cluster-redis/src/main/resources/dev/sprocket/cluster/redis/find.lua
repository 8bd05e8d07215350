-- Finds a position.
-- ARGV: as place.lua; maximum of events, of bytes.
-- Returns the answer of place.lua, offset and publication id from which the limits hold, and those before the newest.
local limited = math.max(from, top - tonumber(ARGV[4]))
local function totalAt(offset)
  if offset == base then return baseTotal end
  return number(element(offset):sub(1, 8))
end
local high = top
while limited < high do
  local middle = math.floor((limited + high) / 2)
  if total - totalAt(middle) > tonumber(ARGV[5]) then limited = middle + 1 else high = middle end
end
local newest = math.max(base, top - 1)
for _, offset in ipairs({limited, newest}) do
  answer[#answer + 1] = text(offset)
  answer[#answer + 1] = publication(offset)
end
return answer
