-- Returns the version of the entries of a node, and for each entry its kind and key, and its value.
-- KEYS: what the node owns.
local function entries(key)
  local owned = redis.call('HGETALL', key)
  local answer = {'0'}
  for i = 1, #owned, 2 do
    if owned[i] == 'v' then answer[1] = owned[i + 1] end
    if owned[i]:find('\0', 1, true) then
      answer[#answer + 1] = owned[i]
      answer[#answer + 1] = owned[i + 1]
    end
  end
  return answer
end
