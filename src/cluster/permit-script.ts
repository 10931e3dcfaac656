/**
 * Grants the permits of one account to all of its machines. It runs in Redis and goes by Redis's clock alone, so that no
 * clock of a machine matters.
 *
 * | key                      | holds                                                                                      |
 * | ------------------------ | ------------------------------------------------------------------------------------------ |
 * | `KEYS[1]`, sorted set    | the leases: ticket → until when its request counts, ms                                     |
 * | `KEYS[2]`, hash          | what a 429 has changed, since when; the server; until when nothing is granted              |
 * | `KEYS[3]`, hash          | the machines: id → when it was last there, ms, its shortest round trip, ms, and its share  |
 *
 * `ARGV[1]` is a `PermitQuestion`, the result a `PermitAnswer`, both as JSON. A ticket gets the earliest time T at which the
 * lease [T, T + length] fits: with n permits, the end of the n-th last lease. A question past its deadline changes nothing:
 * it is left over from a time when Redis was frozen.
 *
 * What another program or a fault has written goes: a field that is too long, is no number, or says what this script never
 * writes; machines of which there are more than there can be; and a lease whose name is too long. Nothing is granted for two
 * seconds then, or where one of the keys was thrown away, as in a Redis that was emptied, and each machine has said again by
 * then that it is there. A key of another kind stays, and nothing is changed before that is known.
 */
export const PERMIT_SCRIPT = `
local question = cjson.decode(ARGV[1])
local leases, state, machines = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

if question.deadline and now > question.deadline then return cjson.encode({ now = now, late = true }) end

local GRACE_MS, LONGEST_LEASE_MS, LONGEST_PAUSE_MS = 2000, 5000, 900000
-- A permit is granted at most so long ahead: longer for what is urgent, so that it comes before what others read.
local AHEAD_MS, SHARED_AHEAD_MS, FAR_MS = 250, 60, 140
-- Reads that nobody waits for keep this part of their share of the window apart, on all machines together: two that leave
-- together come free together, a second later and for ever, and a command would find no permit for as long.
local APART = 0.85
local STEP_MS, SILENT_MS, GONE_MS, KEPT_MS = 5000, 800, 3000, 3600000
-- A machine that goes on alone says so every half a second: one that was silent for less goes on with what it has said.
local ALONE_MS = SILENT_MS + 2000

-- Letters and fields. A number has at most 20 letters, a ticket 36, and a machine with its share 60.
local LONGEST_FIELD, MOST_FIELDS, MOST_MACHINES = 100, 50, 5000

-- What is no number in the store was not written by this script.
local function number(text)
  local value = tonumber(text or '')
  return value and math.abs(value) < math.huge and value or nil
end
local function within(least, value, most) return math.max(least, math.min(most, value)) end

-- The most that each field may say; none says less than 0. Nothing in the store may be later than this clock allows: then
-- the clock went back, and what was granted is unknown.
local NUMBERS = {
  graceUntil = now + GRACE_MS, pausedUntil = now + LONGEST_PAUSE_MS, penalisedAt = now,
  allowedSince = now + LONGEST_PAUSE_MS, lastAt = now, startsAt = now + AHEAD_MS, startsBefore = now + AHEAD_MS,
  silentAt = now + SILENT_MS, allowed = question.limit, machines = MOST_MACHINES + 1, shortest = KEPT_MS, pauses = 1e9,
  -- Scripts of before add up what each machine may send alone.
  reserved = question.limit * MOST_MACHINES,
  leasesUntil = now + LONGEST_LEASE_MS,
}
local known = { 'run', 'startsFor' }
for field in pairs(NUMBERS) do known[#known + 1] = field end

-- Each key is asked once before anything is written: one may be of another kind.
local count = redis.call('HLEN', machines)
redis.call('ZCARD', leases)
local foreign, has, changed = false, {}, {}
local isFlooded = redis.call('HLEN', state) > MOST_FIELDS
for _, field in ipairs(known) do
  if redis.call('HSTRLEN', state, field) > LONGEST_FIELD then
    redis.call('HDEL', state, field)
    foreign = true
  end
end
for index, text in ipairs(redis.call('HMGET', state, unpack(known))) do
  local field = known[index]
  local most = NUMBERS[field]
  if text and most then
    local value = number(text)
    if value and value >= 0 and value <= most then
      has[field] = value
    else
      redis.call('HDEL', state, field)
      foreign = true
    end
  elseif text then
    has[field] = text
  end
end
local function get(field) return has[field] end
-- Is written at the end.
local function set(field, value)
  has[field] = value
  changed[field] = true
end
if isFlooded then
  redis.call('DEL', state)
  for field in pairs(has) do changed[field] = true end
end

if redis.call('ZREMRANGEBYSCORE', leases, '(' .. (now + LONGEST_LEASE_MS), '+inf') > 0 then foreign = true end
redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)
-- They were thrown away, which may happen to each key by itself.
if (get('leasesUntil') or 0) > now and redis.call('ZCARD', leases) == 0 then foreign = true end

if count > MOST_MACHINES then
  redis.call('DEL', machines)
  count = 0
end
-- Those that are alone have still to say so again.
if count == 0 and (get('machines') or 0) > 0 then foreign = true end

-- Another server, one that was emptied, or one that nobody could reach for a while: leases may be missing.
local server = redis.call('INFO', 'server')
local run = string.match(server, 'run_id:(%w+)')
if get('run') ~= run then
  set('run', run)
  foreign = true
end
local lastAt = get('lastAt')
if lastAt and now - lastAt > GONE_MS and count > 0 then foreign = true end
set('lastAt', now)
local function forgive() set('graceUntil', now + GRACE_MS) end
if foreign or question.jumped then forgive() end

local function shareOf(rank, count, limit)
  return math.floor(limit / count) + (rank < limit % count and 1 or 0)
end

-- Nothing of a machine that is too long.
local function entryOf(id, text)
  if #id > LONGEST_FIELD or #text > LONGEST_FIELD then return end
  local at, roundTrip, share = string.match(text, '^([^:]*):([^:]*):?(.*)$')
  return number(at), number(roundTrip), number(share)
end
local function enter(id, at, roundTrip, share)
  redis.call('HSET', machines, id, string.format('%.3f:', at) .. (roundTrip or '') .. ':' .. share)
end

-- The machines, once a second for each machine and when one may have fallen silent: how many there are, and what the
-- silent ones may be sending alone. A machine goes on alone with the share that it knew last, of when there were fewer.
local function look()
  local list, seen, shares = {}, {}, {}
  local silentAt = now + SILENT_MS
  local shortest
  -- All at once: one by one takes a third longer, and what is too long is read only once.
  local all = redis.call('HGETALL', machines)
  for index = 1, #all, 2 do
    local id = all[index]
    local at, roundTrip, share = entryOf(id, all[index + 1])
    share = math.ceil(within(0, share or 0, question.limit))
    if at and at > now then
      -- Of before the clock was set back: from now on it ages.
      at = now
      enter(id, at, roundTrip, share)
    end
    if not at or now - at > SILENT_MS + question.holdBack then
      redis.call('HDEL', machines, id)
      -- It may have been a machine that is alone.
      if not at then forgive() end
    else
      list[#list + 1] = id
      seen[id] = at
      shares[id] = share
      if roundTrip and roundTrip >= 0 and (not shortest or roundTrip < shortest) then shortest = roundTrip end
    end
  end
  table.sort(list)
  local divided, alone, kept, rank = 0, 0, 0, 0
  for index, id in ipairs(list) do
    local share = shareOf(index - 1, #list, question.limit)
    if id == question.machine then
      rank = index - 1
      -- By the answer it learns of the other share; where the answer is lost, it goes on with this one.
      shares[id] = math.max(shares[id], share)
      enter(id, seen[id], question.shortest, shares[id])
    end
    if now - seen[id] >= SILENT_MS then
      divided = divided + share
      if now - seen[id] < ALONE_MS then alone = alone + shares[id] else kept = kept + shares[id] end
    else
      silentAt = math.min(silentAt, seen[id] + SILENT_MS)
    end
  end
  set('silentAt', silentAt)
  -- Those that are silent for longer were killed, as a rule: they leave half of the limit to the machines that follow them.
  local reserved = math.max(divided, alone, math.min(alone + kept, math.floor(question.limit / 2)))
  set('reserved', math.min(reserved, question.limit))
  set('machines', #list)
  if shortest then
    set('shortest', math.min(shortest, KEPT_MS))
  elseif has.shortest then
    has.shortest, changed.shortest = nil, nil
    redis.call('HDEL', state, 'shortest')
  end
  return rank
end

if question.goodbye then
  redis.call('HDEL', machines, question.machine)
  look()
else
  local _, _, share = entryOf(question.machine, redis.call('HGET', machines, question.machine) or '')
  if question.look or not share then share = 0 end
  -- One that is alone is not there, but its share is kept free.
  enter(question.machine, question.away and now - SILENT_MS or now, question.shortest, math.max(share, question.share))
end
local rank
local isUnseen = foreign or not get('reserved') or not get('machines')
if not question.goodbye and (question.look or isUnseen or now >= (get('silentAt') or 0)) then rank = look() end

local function lease(id, ends)
  redis.call('ZADD', leases, string.format('%.3f', ends), id)
  set('leasesUntil', math.max(get('leasesUntil') or 0, math.min(ends, now + LONGEST_LEASE_MS)))
end

for _, id in ipairs(question.returned or {}) do
  redis.call('ZREM', leases, id)
  -- Nothing was sent then, from which the next one would have to keep apart.
  if get('startsFor') == id then set('startsAt', get('startsBefore') or 0) end
end
if question.returned then
  local last = redis.call('ZREVRANGE', leases, 0, 0, 'WITHSCORES')
  set('leasesUntil', tonumber(last[2] or 0))
end
for _, sent in ipairs(question.extended or {}) do
  local ends = number(redis.call('ZSCORE', leases, sent.id))
  local wanted = math.min(sent.ends, now + LONGEST_LEASE_MS)
  if wanted > now and (not ends or ends < wanted) then lease(sent.id, wanted) end
end

-- What a machine has sent alone still counts, although nothing is reserved for it any more.
for _, sent in ipairs(question.alone or {}) do
  if question.lasts > sent.age then lease(sent.id, now + question.lasts - sent.age) end
end

-- A 429 halves the permits and pauses everybody; afterwards one comes back every five seconds.
local allowed = math.floor(within(1, get('allowed') or question.limit, question.limit))
local penalisedAt = get('penalisedAt') or -math.huge
local pauses = get('pauses') or 0
local pausedUntil = get('pausedUntil') or 0
-- They come back from the end of the pause on, or from now on.
local since = math.min(get('allowedSince') or now, math.max(now, pausedUntil))
if question.accepted and question.accepted > penalisedAt then pauses = 0 end
for _, refusal in ipairs(question.refused or {}) do
  if refusal.at > penalisedAt then
    penalisedAt = now
    pauses = math.min(pauses, 100) + 1
    allowed = math.max(1, math.floor(allowed / 2))
    set('penalisedAt', now)
  end
  local first = math.max(refusal.retryAfter, 1000)
  local grown = math.min(30000, first * 2 ^ math.max(0, pauses - 1))
  local pause = math.min(LONGEST_PAUSE_MS, math.max(refusal.retryAfter, grown) * refusal.jitter)
  pausedUntil = math.max(pausedUntil, now + pause)
  since = pausedUntil
end
local steps = math.floor((now - since) / STEP_MS)
if allowed < question.limit and steps > 0 then
  allowed = math.min(question.limit, allowed + steps)
  since = since + steps * STEP_MS
end
set('allowed', allowed)
set('allowedSince', since)
set('pauses', pauses)
set('pausedUntil', pausedUntil)

local shortest = get('shortest')
local answer = {
  now = now,
  allowed = allowed,
  machines = math.max(1, math.floor(get('machines') or 1)),
  rank = rank,
  shortest = shortest,
  paused = pausedUntil > now and pausedUntil - now or nil,
}
if question.look then
  local valkey = string.match(server, 'valkey_version:([%w.]+)')
  answer.server = valkey and 'Valkey ' .. valkey or 'Redis ' .. (string.match(server, 'redis_version:([%w.]+)') or '')
end
local permits = math.max(1, allowed - math.ceil(get('reserved') or 0))
if question.ticket then
  local earliest = math.max(now, get('graceUntil') or 0, pausedUntil)
  local at = earliest
  if redis.call('ZCARD', leases) >= permits then
    local last = redis.call('ZREVRANGE', leases, permits - 1, permits - 1, 'WITHSCORES')
    at = math.max(at, tonumber(last[2]))
    if #last[1] > LONGEST_FIELD then
      -- It counts this once, and would make each answer take long until it ends.
      redis.call('ZREM', leases, last[1])
      forgive()
      at = math.max(at, now + GRACE_MS)
    end
  end
  local startsAt = get('startsAt') or 0
  if question.paced and answer.machines > 1 then at = math.max(at, startsAt + APART * question.length / permits) end
  answer.wait = at - now
  -- What is granted long before it may be used would not know of leases that are extended until then. A machine that is far
  -- from this Redis asks later than the others by its way there and back, and would never be the first otherwise.
  local far = within(0, number(question.roundTrip) or 0, FAR_MS)
  local ahead = (question.urgent or answer.machines < 2) and AHEAD_MS or SHARED_AHEAD_MS + far
  if answer.wait > ahead then
    answer.wait = answer.wait - ahead
  else
    answer.granted = true
    set('startsFor', question.ticket)
    set('startsBefore', startsAt)
    set('startsAt', math.max(at, startsAt))
    lease(question.ticket, at + question.length)
  end
end
local fields = {}
for field in pairs(changed) do
  local value = has[field]
  fields[#fields + 1] = field
  fields[#fields + 1] = NUMBERS[field] and string.format('%.3f', value) or value
end
redis.call('HSET', state, unpack(fields))
answer.used = redis.call('ZCARD', leases)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, KEPT_MS) end
return cjson.encode(answer)
`;

/** What a machine asks and reports; times are of Redis's clock, in ms. */
export interface PermitQuestion {
  machine: string;
  /** Permits of the account in one window. */
  limit: number;
  holdBack: number;
  deadline?: number | undefined;
  /** Redis's clock has jumped, seen from this machine. */
  jumped?: boolean | undefined;
  /** Read the list of machines as well. */
  look?: boolean | undefined;
  goodbye?: boolean | undefined;
  /** Permits that this machine uses in a window while it is alone. */
  share: number;
  /** It is alone: it is not there for the others by its question, which keep its share free. */
  away?: boolean | undefined;
  /** The shortest round trip to Zaptec that this machine has seen, in ms. */
  shortest?: number | undefined;
  /** Tickets that were not used. */
  returned?: string[] | undefined;
  /** Requests that may count for longer than their ticket. */
  extended?: { id: string; ends: number }[] | undefined;
  /** Requests that this machine has sent without a permit, by their age in ms. */
  alone?: { id: string; age: number }[] | undefined;
  /** How long each of these counts, in ms. */
  lasts?: number | undefined;
  /** When the latest request was sent that Zaptec accepted. */
  accepted?: number | undefined;
  refused?: { at: number; retryAfter: number; jitter: number }[] | undefined;
  /** Asks for a permit of this length. */
  ticket?: string | undefined;
  /** How long the way to Redis and back takes, where this machine may ask early for it, in ms. */
  roundTrip?: number | undefined;
  length?: number | undefined;
  /** For a command, or a lower current. */
  urgent?: boolean | undefined;
  /** For a read that nobody waits for. */
  paced?: boolean | undefined;
}

/** What Redis answers; durations and times in ms. */
export interface PermitAnswer {
  now: number;
  /** The question was past its deadline: nothing was done. */
  late?: true;
  allowed: number;
  machines: number;
  /** Name and version; only after `look`. */
  server?: string;
  /** The place of this machine among all, from 0; at least after `look`. */
  rank?: number;
  shortest?: number;
  /** Until the end of a pause after a 429. */
  paused?: number;
  /** From now on, until the permit may be used; without `granted` until it is worth asking again. */
  wait?: number;
  granted?: true;
  /** Requests that count at present. */
  used: number;
}
