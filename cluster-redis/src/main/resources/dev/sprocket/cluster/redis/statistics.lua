-- Returns epoch, offset and publication id of the newest event, number of events, bytes, and age of the oldest.
local age = 0
if base < top then age = math.max(0, now - number(call('LINDEX', log, 0):sub(11, 18))) end
return {epoch, text(top), topId, text(top - base), text(total - baseTotal), text(age)}
