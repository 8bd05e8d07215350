-- State of the log of a topic, in front of each script about it.
-- KEYS: list of elements, hash of the state. ARGV[1]: epoch of a new log, 8 bytes.
-- An element is the total size of all events up to it (8 bytes) and an envelope.
-- State: e epoch, o and p offset and publication id of the newest event, b and q of the last removed one, r why it was
-- removed (1 limits, 2 time), T and B the totals of both, x time to live in milliseconds.
local log, meta = KEYS[1], KEYS[2]
local NONE, KEEP = string.rep('\0', 8), 604800000
local s

local function text(number) return string.format('%.0f', number) end
local function bytes(number) return struct.pack('>I8', number) end
local function number(eight) return (struct.unpack('>I8', eight)) end

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

local function save()
  redis.call('HSET', meta, 'e', s.e, 'o', text(s.o), 'p', s.p, 'b', text(s.b), 'q', s.q, 'r', s.r,
    'T', text(s.T), 'B', text(s.B), 'x', text(s.x))
  redis.call('PEXPIRE', meta, text(s.x + KEEP))
end

local function pop(reason)
  local removed = redis.call('LPOP', log)
  s.B, s.q, s.b, s.r = number(removed:sub(1, 8)), removed:sub(19, 26), s.b + 1, reason
end

local function expire()
  local before = s.b
  while s.b < s.o and s.x > 0 and number(redis.call('LINDEX', log, 0):sub(11, 18)) <= now - s.x do pop('2') end
  return s.b > before
end

local m = redis.call('HMGET', meta, 'e', 'o', 'p', 'b', 'q', 'r', 'T', 'B', 'x')
if m[1] then
  s = {e = m[1], o = tonumber(m[2]), p = m[3], b = tonumber(m[4]), q = m[5], r = m[6], T = tonumber(m[7]),
    B = tonumber(m[8]), x = tonumber(m[9])}
  if redis.call('LLEN', log) ~= s.o - s.b then -- the list has expired, or was evicted
    redis.call('DEL', log)
    s.b, s.q, s.B, s.r = s.o, s.p, s.T, '2'
    save()
  elseif expire() then
    save()
  end
else
  redis.call('DEL', log)
  s = {e = ARGV[1], o = 0, p = NONE, b = 0, q = NONE, r = '1', T = 0, B = 0, x = 0}
  save()
end
