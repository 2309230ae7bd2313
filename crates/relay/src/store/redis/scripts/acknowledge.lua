-- ARGV: the number up to which to erase. -1: unknown; else the cells erased.
if not living() then
  return {-1}
end
return {erase(redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[4]))}
