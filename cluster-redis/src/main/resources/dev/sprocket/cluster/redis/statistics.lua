-- Returns epoch, offset and publication id of the newest event, number of events, bytes, and age of the oldest.
local age = 0
if s.b < s.o then age = math.max(0, now - number(redis.call('LINDEX', log, 0):sub(11, 18))) end
return {s.e, text(s.o), s.p, text(s.o - s.b), text(s.T - s.B), text(age)}
