-- Whether the mailbox is gone, whether its hash still stood there, the cells erased, when there may be more to erase.
if redis.call('EXISTS', box) == 0 then
  return {1, 0, 0, 0}
end
if not living() then
  return {1, 1, remove(), 0}
end
local swept = 0
if due() <= now then
  swept = sweep()
end
return {0, 0, swept, math.min(due(), tonumber(redis.call('HGET', box, 'expires')))}
