-- Takes or renews the lease of a node, and lists all nodes.
-- KEYS: lease, what the node owns, set of all nodes.
-- ARGV: node, incarnation, time of the lease in milliseconds, text, begin of the keys of leases, of what nodes own.
-- Returns who holds the lease (1 continues, 2 begins, 3 another), its rest in milliseconds, and for each node: name and
-- incarnation, text, version of its entries, 1 if it is alive.
local KEEP = 86400000
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[2] then
  return {'3', string.format('%.0f', math.max(0, redis.call('PTTL', KEYS[1])))}
end
if not holder then redis.call('DEL', KEYS[2]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[2], 't', ARGV[4], 'l', ARGV[3])
redis.call('HSETNX', KEYS[2], 'v', '0')
redis.call('PEXPIRE', KEYS[2], KEEP)
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('PEXPIRE', KEYS[3], KEEP)
local answer = {holder and '1' or '2', ARGV[3]}
for _, node in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  local name, incarnation = node:match('^(.*)#(%x+)$')
  local owned = redis.call('HMGET', ARGV[6] .. node, 't', 'v', 'l')
  if owned[2] then
    local lease = ARGV[5] .. name
    local alive = redis.call('GET', lease) == incarnation
    -- a clock that was set back would keep a dead node for as long
    if alive and redis.call('PTTL', lease) > tonumber(owned[3]) then redis.call('PEXPIRE', lease, owned[3]) end
    for _, item in ipairs({node, owned[1], owned[2], alive and '1' or '0'}) do answer[#answer + 1] = item end
  else
    redis.call('SREM', KEYS[3], node) -- forgotten long ago
  end
end
return answer
