-- Removes the retained events of a topic.
-- ARGV: topic.
-- Returns 1, or 0 if there are none.
local some, all = drop(2, ARGV[1]), drop(1, ARGV[1])
save()
return {(some or all) and '1' or '0'}
