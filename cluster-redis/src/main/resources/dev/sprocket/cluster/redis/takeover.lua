-- Takes over the entries of a node whose lease has ended; behind entries.lua.
-- KEYS: what the node owns, set of all nodes, its lease, lease of the node that takes over.
-- ARGV: node, its incarnation, node that takes over, its incarnation, begin of the keys of leases.
-- Returns the answer of entries.lua; nothing if the node is alive, not known, or taken over by another one.
if redis.call('GET', KEYS[3]) == ARGV[2] or redis.call('GET', KEYS[4]) ~= ARGV[4]
    or redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then
  return {}
end
local other = redis.call('HGET', KEYS[1], 'c')
if other and other ~= ARGV[3] then
  local name, incarnation = other:match('^(.*)#(%x+)$')
  if redis.call('GET', ARGV[5] .. name) == incarnation then return {} end
end
redis.call('HSET', KEYS[1], 'c', ARGV[3])
return entries(KEYS[1])
