-- Reads the state of the log of a topic, behind layout.lua.
-- KEYS: list of elements, state. ARGV[1]: epoch of a new log, 8 bytes.
-- An element is the total size of all events up to it (8 bytes) and an envelope.
local log, meta = KEYS[1], KEYS[2]
local epoch, top, topId, base, baseId, reason, total, baseTotal, live, oldest

local function number(eight) return (struct.unpack('>I8', eight)) end

local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function save()
  local state = struct.pack(LAYOUT, epoch, top, topId, base, baseId, reason, total, baseTotal, live, oldest)
  call('SET', meta, state, 'PX', text(live + KEEP))
end

local function pop(why)
  local removed = call('LPOP', log)
  baseTotal, baseId, base, reason = number(removed:sub(1, 8)), removed:sub(19, 26), base + 1, why
end

-- the list has expired, or was evicted
local function lose()
  call('DEL', log)
  base, baseId, baseTotal, reason = top, topId, total, '2'
end

local function expire()
  while base < top and oldest <= now - live do
    oldest = number(call('LINDEX', log, 0):sub(11, 18))
    if oldest <= now - live then pop('2') end
  end
end

local packed = redis.pcall('GET', meta)
if packed and (packed.err or #packed ~= LENGTH) then
  return redis.error_reply('WRONGTYPE key meta:TOPIC is not the state of a log (delete it)')
elseif packed then
  epoch, top, topId, base, baseId, reason, total, baseTotal, live, oldest = struct.unpack(LAYOUT, packed)
else
  call('DEL', log)
  local none = string.rep('\0', 8)
  epoch, top, topId, base, baseId, reason, total, baseTotal, live, oldest = ARGV[1], 0, none, 0, none, '1', 0, 0, 0, 0
  save()
end
