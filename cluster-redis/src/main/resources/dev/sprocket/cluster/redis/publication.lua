-- Finds an event by its publication id, from the newest.
-- ARGV: epoch, publication id (8 bytes).
-- Returns its envelope, or nothing.
local last = top - base - 1
while last >= 0 do
  local first = math.max(0, last - 15)
  local some = call('LRANGE', log, text(first), text(last))
  for i = #some, 1, -1 do
    if some[i]:sub(19, 26) == ARGV[2] then return {some[i]:sub(9)} end
  end
  last = first - 1
end
return {}
