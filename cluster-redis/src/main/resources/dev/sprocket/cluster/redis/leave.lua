-- Removes the lease and the entries of a node that closes, and sends a frame to all.
-- KEYS: lease, what the node owns, set of all nodes. ARGV: node, incarnation, channel, frame.
if redis.call('GET', KEYS[1]) == ARGV[2] then redis.call('DEL', KEYS[1]) end
redis.call('DEL', KEYS[2])
redis.call('SREM', KEYS[3], ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return {}
