-- What all scripts share. KEYS: the mailbox's hash, its index, its channel. ARGV: what stands before a cell's number in the
-- cell's key, the present moment, the server's life, then as each script says. All keys have one hash tag.
-- The hash: expires, ttl, last (the highest number given), due (no cell is gone before that), run (the life in which a
-- number was last given), owner (who subscribed last). The index: "number expires", by number.
local box, index, channel = KEYS[1], KEYS[2], KEYS[3]
local cells, now = ARGV[1], tonumber(ARGV[2])
-- The hash stays a minute longer than the mailbox, in milliseconds, so that one made again at once counts on.
local GRACE = 60000
local NEVER = 9007199254740991

-- Whether the mailbox is there and its time is not over, by the relay's clock and by the server's.
local function living()
  local expires = redis.call('HGET', box, 'expires')
  return expires and tonumber(expires) > now and redis.call('PTTL', box) > GRACE
end

local function keep(ttl)
  redis.call('HSET', box, 'expires', now + ttl, 'ttl', ttl)
  redis.call('PEXPIRE', box, ttl * 1000 + GRACE)
  redis.call('PEXPIRE', index, ttl * 1000 + GRACE)
end

local function due()
  return tonumber(redis.call('HGET', box, 'due') or NEVER)
end

-- Erases these cells of the index: how many.
local function erase(members)
  for first = 1, #members, 1000 do
    local last = math.min(first + 999, #members)
    local keys = {}
    for at = first, last do
      keys[#keys + 1] = cells .. string.match(members[at], '^%d+')
    end
    redis.call('DEL', unpack(keys))
    redis.call('ZREM', index, unpack(members, first, last))
  end
  return #members
end

-- Erases the cells that are gone: how many.
local function sweep()
  local gone, next = {}, NEVER
  for _, member in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local expires = tonumber(string.match(member, '%d+$'))
    if expires <= now then
      gone[#gone + 1] = member
    elseif expires < next then
      next = expires
    end
  end
  redis.call('HSET', box, 'due', next)
  return erase(gone)
end

-- Erases the mailbox, its cells with it: how many cells.
local function remove()
  local erased = erase(redis.call('ZRANGE', index, 0, -1))
  redis.call('DEL', box, index)
  redis.call('SPUBLISH', channel, 'g')
  return erased
end

