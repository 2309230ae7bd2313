-- ARGV: who subscribes. -1: unknown; else 0.
if not living() then
  return {-1}
end
redis.call('HSET', box, 'owner', ARGV[4])
redis.call('SPUBLISH', channel, 't' .. ARGV[4])
return {0}
