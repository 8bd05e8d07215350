-- Removes all events; readers behind the newest are told a gap.
call('DEL', log)
base, baseId, baseTotal, reason = top, topId, total, '1'
save()
return {}
