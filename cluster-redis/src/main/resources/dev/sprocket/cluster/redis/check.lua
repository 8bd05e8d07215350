-- Returns epoch, offset and publication id of the newest event of each topic; empty texts if it has no log.
-- KEYS: states. Their time to live begins again: somebody follows these topics.
local answer = {}
for i, meta in ipairs(KEYS) do
  local packed = redis.pcall('GET', meta) -- a key of another type does not stop the check of the others
  local epoch, top, topId, live, _
  if packed and not packed.err and #packed == LENGTH then
    epoch, top, topId, _, _, _, _, _, live = struct.unpack(LAYOUT, packed)
    call('PEXPIRE', meta, text(live + KEEP))
  end
  answer[3 * i - 2], answer[3 * i - 1], answer[3 * i] = epoch or '', top and text(top) or '', topId or ''
end
return answer
