-- Removes a node that was taken over, and sends a frame to all.
-- KEYS: what the node owns, set of all nodes. ARGV: node, node that has taken it over, channel, frame.
if redis.call('HGET', KEYS[1], 'c') == ARGV[2] then
  redis.call('DEL', KEYS[1])
  redis.call('SREM', KEYS[2], ARGV[1])
  redis.call('PUBLISH', ARGV[3], ARGV[4])
end
return {}
