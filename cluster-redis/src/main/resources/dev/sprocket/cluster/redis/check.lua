-- Returns epoch, offset and publication id of the newest event of each topic; empty texts if it has no log.
-- KEYS: hashes of the state. Their time to live begins again: somebody follows these topics.
local answer = {}
for i, meta in ipairs(KEYS) do
  local m = redis.call('HMGET', meta, 'e', 'o', 'p', 'x')
  for j = 1, 3 do answer[#answer + 1] = m[j] or '' end
  if m[1] then redis.call('PEXPIRE', meta, string.format('%.0f', tonumber(m[4]) + 604800000)) end
end
return answer
