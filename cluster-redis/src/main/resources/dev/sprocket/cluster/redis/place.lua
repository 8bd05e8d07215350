-- Begin of the scripts that read after a position.
-- ARGV: epoch, epoch of the position (8 bytes; empty for the oldest event), its offset.
-- The position is that of the last removed event if the log does not have its offset.
local from = tonumber(ARGV[3])
if ARGV[2] ~= epoch or from > top or from < base then from = base end

local function element(offset) return call('LINDEX', log, text(offset - base - 1)) end
local function publication(offset)
  if offset == base then return baseId end
  if offset == top then return topId end
  return element(offset):sub(19, 26)
end

local answer = {epoch, text(top), topId, text(base), baseId, reason, text(from), publication(from)}
