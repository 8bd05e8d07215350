-- Removes all events; readers behind the newest are told a gap.
redis.call('DEL', log)
s.b, s.q, s.B, s.r = s.o, s.p, s.T, '1'
save()
return {}
