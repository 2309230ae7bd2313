-- ARGV: ttl, or 0 for the one it was last given. The number of its cells, and its ttl; -1: unknown.
if not living() then
  return {-1}
end
local ttl = tonumber(ARGV[4])
if ttl == 0 then
  ttl = tonumber(redis.call('HGET', box, 'ttl'))
end
keep(ttl)
if due() > now then
  return {redis.call('ZCARD', index), ttl}
end
local waiting = 0
for _, member in ipairs(redis.call('ZRANGE', index, 0, -1)) do
  if tonumber(string.match(member, '%d+$')) > now then
    waiting = waiting + 1
  end
end
return {waiting, ttl}
