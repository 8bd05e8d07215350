-- Retains an event.
-- ARGV: topic, 1 for all or 2 for some subscribers, envelope, time to live, maximum of events, of bytes.
-- Returns 1, or 0 if the limits are exceeded.
local topic, which, envelope, live = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])

local function place(bytes)
  if bytes:byte(2) % 2 == 0 then return nil end
  return bytes:sub(19, 26), struct.unpack('>I8', bytes:sub(27, 34))
end

local epoch, offset = place(envelope)
for i = 1, 2 do
  local element = redis.call('HGET', hashes[i], topic)
  if element and epoch then
    local other, newest = place(element:sub(9))
    if other == epoch and newest > offset then save() return {'1'} end
  end
end
local old = redis.call('HGET', hashes[which], topic)
local moreCount, moreSize = 1, 8 + #envelope + OVERHEAD
if old then moreCount, moreSize = 0, 8 + #envelope - #old end
if count + moreCount > tonumber(ARGV[5]) or size + moreSize > tonumber(ARGV[6]) then save() return {'0'} end
drop(2, topic)
drop(which, topic)
local ending = live > 0 and now + live or 0
redis.call('HSET', hashes[which], topic, struct.pack('>I8', ending) .. envelope)
redis.call('ZADD', names, 0, topic)
if ending > 0 then redis.call('ZADD', ends, text(ending), which .. topic) end
count, size = count + 1, size + 8 + #envelope + OVERHEAD
save()
return {'1'}
