-- Removes what has expired or is lost, in front of the scripts that read.
if call('LLEN', log) ~= top - base then
  lose()
  save()
else
  local before = base
  expire()
  if base > before then save() end
end
