-- Layout of the state of the log of a topic, in front of each script about it.
-- Epoch, offset and publication id of the newest event, those of the last removed one, why it was removed (1 limits,
-- 2 time), the totals of both, time to live in milliseconds, and a time before which no event was published, unless the
-- clock was set back. So the oldest event is read only when it may have expired.
local call = redis.call
local LAYOUT, LENGTH, KEEP = '>c8I8c8I8c8c1I8I8I8I8', 73, 604800000

local function text(number) return string.format('%.0f', number) end
