-- Appends an envelope, and publishes it.
-- ARGV: epoch, envelope, maximum of events, of bytes, time to live, channel, overhead, channels of mailboxes.
-- Returns epoch, offset.
local envelope, events, size = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local version, flags, id = struct.unpack('>BBxxxxxxxxc8', envelope)
live = tonumber(ARGV[5])
if base < top and oldest <= now - live then -- before it needs memory
  if call('LLEN', log) == top - base then expire() else lose() end
end
local sum = total + #envelope + 24 + tonumber(ARGV[7])
local element = struct.pack('>I8BBI8c8c8I8I8', sum, version, bit.bor(flags, 1), now, id, epoch, top + 1, top)
  .. envelope:sub(19)
local stamped = element:sub(9)
if call('RPUSH', log, element) ~= top - base + 1 then
  lose()
  call('RPUSH', log, element)
end
oldest = base == top and now or math.min(oldest, now)
top, topId, total = top + 1, id, sum
while top - base > events or top - base > 1 and total - baseTotal > size do pop('1') end
save()
call('PEXPIRE', log, ARGV[5])
call('PUBLISH', ARGV[6], stamped)
for i = 8, #ARGV do call('PUBLISH', ARGV[i], 'e' .. stamped) end
return {epoch, text(top)}
