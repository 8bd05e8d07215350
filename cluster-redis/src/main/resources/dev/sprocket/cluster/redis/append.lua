-- Appends an envelope, and publishes it.
-- ARGV: epoch, envelope, maximum of events, of bytes, time to live, channel, overhead, channels of mailboxes.
-- Returns epoch, offset.
local envelope = ARGV[2]
local head = envelope:sub(1, 1) .. string.char(bit.bor(envelope:byte(2), 1)) .. bytes(now) .. envelope:sub(11, 18)
local stamped = head .. s.e .. bytes(s.o + 1) .. bytes(s.o) .. envelope:sub(19)
local events, size = tonumber(ARGV[3]), tonumber(ARGV[4])
s.T = s.T + #stamped + tonumber(ARGV[7])
s.o, s.p, s.x = s.o + 1, envelope:sub(11, 18), tonumber(ARGV[5])
redis.call('RPUSH', log, bytes(s.T) .. stamped)
while s.o - s.b > events or s.o - s.b > 1 and s.T - s.B > size do pop('1') end
expire()
save()
redis.call('PEXPIRE', log, ARGV[5])
redis.call('PUBLISH', ARGV[6], stamped)
for i = 8, #ARGV do redis.call('PUBLISH', ARGV[i], 'e' .. stamped) end
return {s.e, text(s.o)}
