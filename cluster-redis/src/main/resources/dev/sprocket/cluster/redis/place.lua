-- Begin of the scripts that read after a position.
-- ARGV: epoch, epoch of the position (8 bytes; empty for the oldest event), its offset.
-- The position is that of the last removed event if the log does not have its offset.
local from = tonumber(ARGV[3])
if ARGV[2] ~= s.e or from > s.o or from < s.b then from = s.b end

local function element(offset) return redis.call('LINDEX', log, text(offset - s.b - 1)) end
local function publication(offset)
  if offset == s.b then return s.q end
  if offset == s.o then return s.p end
  return element(offset):sub(19, 26)
end

local answer = {s.e, text(s.o), s.p, text(s.b), s.q, s.r, text(from), publication(from)}
