-- ARGV: the number after which to read, the most cells. -1: unknown; else 0, then of each cell its number, when it is gone,
-- and itself.
if not living() then
  return {-1}
end
local most, from, found = tonumber(ARGV[5]), 0, {0}
repeat
  local members = redis.call('ZRANGEBYSCORE', index, '(' .. ARGV[4], '+inf', 'LIMIT', from, most)
  for _, member in ipairs(members) do
    local number, expires = string.match(member, '^(%d+) (%d+)$')
    if tonumber(expires) > now and #found < 3 * most then
      local cell = redis.call('GET', cells .. number)
      if cell then
        found[#found + 1] = number
        found[#found + 1] = expires
        found[#found + 1] = cell
      end
    end
  end
  from = from + #members
until #members < most or #found > 3 * most
return found
