-- Retained events, in front of each script about them.
-- KEYS: hashes of the events for all and for some subscribers, sorted names, sorted ends, sums.
-- An element is the time of its end (8 bytes, 0 for none) and an envelope.
local OVERHEAD = 256
local hashes, names, ends, sums = {KEYS[1], KEYS[2]}, KEYS[3], KEYS[4], KEYS[5]
local function text(number) return string.format('%.0f', number) end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local count = tonumber(redis.call('HGET', sums, 'n') or '0')
local size = tonumber(redis.call('HGET', sums, 'b') or '0')

local function save() redis.call('HSET', sums, 'n', text(count), 'b', text(size)) end

local function drop(which, topic)
  local element = redis.call('HGET', hashes[which], topic)
  if not element then return false end
  redis.call('HDEL', hashes[which], topic)
  redis.call('ZREM', ends, which .. topic)
  count, size = count - 1, size - #element - OVERHEAD
  if redis.call('HEXISTS', hashes[3 - which], topic) == 0 then redis.call('ZREM', names, topic) end
  return true
end

for _, ended in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', text(now), 'LIMIT', 0, 100)) do
  drop(tonumber(ended:sub(1, 1)), ended:sub(2))
end
