-- Changes the entries of a node, and sends a frame to all.
-- KEYS: lease, what the node owns, set of all nodes.
-- ARGV: incarnation, version, 1 to remove the entries before, begin of the keys of what nodes own, limits of the node
-- (number, bytes) and of all, overhead, channel, frame; then for each entry its kind and key, and + and its value, or -.
-- Returns 1 if it is stored, 2 without the lease, 3 if the limits are exceeded.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'2'} end
local owned, replaces, overhead = KEYS[2], ARGV[3] == '1', tonumber(ARGV[9])
local before = redis.call('HMGET', owned, 'n', 'b', 't', 'l')
local n0, b0 = tonumber(before[1] or 0), tonumber(before[2] or 0)
local n, b = n0, b0
if replaces then n, b = 0, 0 end
for i = 12, #ARGV, 2 do
  local texts = #ARGV[i] - 1 + overhead
  local old = replaces and 0 or redis.call('HSTRLEN', owned, ARGV[i])
  if old > 0 then n, b = n - 1, b - texts - old + 1 end
  if ARGV[i + 1] ~= '-' then n, b = n + 1, b + texts + #ARGV[i + 1] - 1 end
end
if n > n0 or b > b0 then
  local nodes, size = n - n0, b - b0
  for _, node in ipairs(redis.call('SMEMBERS', KEYS[3])) do
    local one = redis.call('HMGET', ARGV[4] .. node, 'n', 'b')
    nodes, size = nodes + tonumber(one[1] or 0), size + tonumber(one[2] or 0)
  end
  local limits = {tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])}
  if n > limits[1] or b > limits[2] or nodes > limits[3] or size > limits[4] then return {'3'} end
end
if replaces then
  redis.call('DEL', owned)
  redis.call('HSET', owned, 't', before[3], 'l', before[4])
  redis.call('PEXPIRE', owned, 86400000)
end
for i = 12, #ARGV, 2 do
  if ARGV[i + 1] == '-' then redis.call('HDEL', owned, ARGV[i]) else redis.call('HSET', owned, ARGV[i], ARGV[i + 1]) end
end
redis.call('HSET', owned, 'v', ARGV[2], 'n', string.format('%.0f', n), 'b', string.format('%.0f', b))
redis.call('PUBLISH', ARGV[10], ARGV[11])
return {'1'}
