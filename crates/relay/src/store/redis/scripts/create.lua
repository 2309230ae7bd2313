-- ARGV: ttl. Whether the mailbox is new, whether the hash of a former one stood there, the cells erased with that.
local new, there, erased = 0, redis.call('EXISTS', box), 0
if not living() then
  new = 1
  erased = erase(redis.call('ZRANGE', index, 0, -1))
  redis.call('HDEL', box, 'due')
end
keep(tonumber(ARGV[4]))
return {new, there, erased}
