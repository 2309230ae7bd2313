-- ARGV: ttl, quota, the process that appends, the cell. Its number (-1: unknown, -2: the mailbox is full), the gone cells
-- erased for it.
if not living() then
  return {-1, 0}
end
local ttl, quota, swept = tonumber(ARGV[4]), tonumber(ARGV[5]), 0
local count = redis.call('ZCARD', index)
if count >= quota and due() <= now then
  swept = sweep()
  count = count - swept
end
if count >= quota then
  return {-2, swept}
end
-- A server that came back from a disk, or a replica that took over, may have lost the last numbers given: it leaves a gap that
-- no loss can bridge, so that none is given twice.
local run = redis.call('HGET', box, 'run')
if run ~= ARGV[3] then
  redis.call('HSET', box, 'run', ARGV[3])
  if run then
    redis.call('HINCRBY', box, 'last', 1048576)
  end
end
local number, expires = redis.call('HINCRBY', box, 'last', 1), now + ttl
if count == 0 or expires < due() then
  redis.call('HSET', box, 'due', expires)
end
redis.call('ZADD', index, number, number .. ' ' .. expires)
if count == 0 then
  redis.call('PEXPIRE', index, redis.call('PTTL', box))
end
redis.call('SET', cells .. number, ARGV[7], 'PX', ttl * 1000)
redis.call('SPUBLISH', channel, 'a' .. ARGV[6])
return {number, swept}
