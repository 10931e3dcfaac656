/**
 * Keeps what the machines of an account have in common about one current: the last write, the write that is announced,
 * and the live limits. It runs in Redis and goes by Redis's clock alone: machines give and get ages.
 *
 * | field of `KEYS[1]`, a hash | holds                                                                                    |
 * | -------------------------- | ---------------------------------------------------------------------------------------- |
 * | `record`                   | the last write: its id, when it was sent and was done, what was set                      |
 * | `announced`                | the write that one machine may send now; nobody else may                                 |
 * | `limit:<machine>\|<node>`   | a limit, and when its node got its last value                                            |
 * | `seen:<machine>`           | when it was last there, its session, and which limits it has announced                   |
 * | `epoch`, `rev`             | change when the hash is new, and with each change of the others                          |
 * | `run`, `lastAt`, `grace`   | the server; when anybody was last there; until when nobody may raise                     |
 *
 * `ARGV[1]` is a `CurrentQuestion`, the result a `CurrentAnswer`, both as JSON. Nobody else writes for a minute after an
 * announced write of which nobody says how it ended; it counts as sent at the last moment at which it may have left. A
 * question past its deadline changes nothing.
 *
 * What another program or a fault has written goes, and each machine says again what it has: also the limits of machines
 * that are gone. The last write, and the limits that can be read, stay meanwhile, unless there are more than the machines can
 * have.
 */
export const CURRENT_SCRIPT = `
local question = cjson.decode(ARGV[1])
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if question.deadline and now > question.deadline then return cjson.encode({ now = now, late = true }) end

local ANNOUNCED_MS, LEAVES_MS, GRACE_MS, GONE_MS, SAME_MS = 60000, 5000, 3000, 5000, 30000
local HOUR_MS, DAY_MS, KEPT_MS = 3600000, 86400000, 2592000000
-- Bytes and fields: 1,000 machines with a limit each need 2,000 fields of together half a megabyte. What is longer, or more,
-- was not written by this script, and an answer that takes Redis too long would come too late each time.
local LONGEST_FIELD, MOST_FIELDS, MOST_BYTES = 65536, 5000, 2097152

-- What is no number in the store was not written by this script.
local function number(value)
  value = tonumber(value or '')
  return value and math.abs(value) < math.huge and value or nil
end
local function object(text)
  local isJson, value = pcall(cjson.decode, text or '')
  if isJson and type(value) == 'table' and type(value.at) == 'number' and number(value.at) then return value end
end
local function has(value, names)
  for _, name in ipairs(names) do
    if not value or type(value[name]) ~= 'string' then return false end
  end
  return true
end
local function isWrite(text)
  local write = object(text)
  if not has(write, { 'id', 'value' }) or type(write.early or {}) ~= 'table' then return false end
  for _, at in pairs(write.early or {}) do
    if type(at) ~= 'number' then return false end
  end
  return write.doneAt == nil or type(write.doneAt) == 'number'
end
local function isTooLong(field) return redis.call('HSTRLEN', key, field) > LONGEST_FIELD end
local function plain(field) return not isTooLong(field) and redis.call('HGET', key, field) or nil end
local function get(field) return object(plain(field)) end
local function count() return redis.call('HLEN', key) end

local function revision() return (plain('epoch') or '') .. ':' .. (plain('rev') or '0') end
local function put(field, value)
  redis.call('HSET', key, field, cjson.encode(value))
  redis.call('HINCRBY', key, 'rev', 1)
end
local function drop(field)
  if redis.call('HDEL', key, field) > 0 then redis.call('HINCRBY', key, 'rev', 1) end
end

-- What is not readable is as good as lost.
local isWhole, isFlooded = true, count() > 2 * MOST_FIELDS
local function lose(field)
  redis.call('HDEL', key, field)
  isWhole = false
end
local rev = redis.call('HSTRLEN', key, 'rev') <= 15 and (plain('rev') or '0')
if not rev or rev ~= '0' and not string.match(rev, '^[1-9]%d*$') then lose('rev') end
for _, field in ipairs({ 'record', 'announced' }) do
  if isTooLong(field) or plain(field) and not isWrite(plain(field)) then lose(field) end
end

local function joined(one, other)
  local list = {}
  for _, times in ipairs({ one or {}, other or {} }) do
    for _, at in ipairs(times) do
      local isNew = now - at < HOUR_MS
      for _, known in ipairs(list) do
        if math.abs(known - at) < SAME_MS then isNew = false end
      end
      if isNew then list[#list + 1] = at end
    end
  end
  table.sort(list)
  return list
end

-- The newest write counts. Of the same write the machine that sent it knows best; for the others it is the later time.
-- One that was sent under the right to write is the newest, be it in the same millisecond as the one before.
local function merge(write, isOwn, isNewest)
  local old = get('record')
  local isSame = old and old.id == write.id
  if old and not isSame and write.at <= old.at then
    if not isNewest then return end
    local isDone = (write.doneAt or -1) >= write.at
    write.at = old.at + 1
    if isDone then write.doneAt = write.at end
  end
  write.early = joined(old and old.early, write.early)
  if old and not isSame and old.doneAt then write.doneAt = math.max(write.doneAt or old.doneAt, old.doneAt) end
  if isSame and not isOwn then
    local isDone = (old.doneAt or -1) >= old.at or (write.doneAt or -1) >= write.at
    write.at = math.max(old.at, write.at)
    write.doneAt = isDone and write.at or old.doneAt or write.doneAt
  end
  put('record', write)
end

local function written(given)
  local early = {}
  for index, age in ipairs(given.early or {}) do early[index] = now - age end
  return {
    id = given.id,
    at = now - given.age,
    doneAt = given.doneAge and now - given.doneAge or nil,
    early = early,
    value = given.value,
  }
end

-- Times in the future come from before Redis's clock was set back.
for _, field in ipairs({ 'record', 'announced' }) do
  local value = get(field)
  if value and value.at > now then
    value.at = now
    put(field, value)
  end
end
local announced = get('announced')
if announced and now - announced.at >= ANNOUNCED_MS then
  local last = get('record')
  merge({
    id = announced.id,
    at = announced.at + LEAVES_MS,
    doneAt = last and last.doneAt,
    early = {},
    value = announced.value,
  }, false)
  drop('announced')
  announced = nil
end

-- The limits, and when each machine was last there. A machine that changes nothing, and has seen them, does not need them.
local limits, machines, bytes = {}, {}, 0
local changes = question.limits or question.carried or question.gone or question.remove or question.record
changes = changes or question.finish or question.renew or question.announce
local reads = changes or question.look or not isWhole or question.seen ~= revision() or count() > MOST_FIELDS
if reads and not isFlooded then
  -- One by one: nobody knows how long they are.
  for _, field in ipairs(redis.call('HKEYS', key)) do
    local isLong = isTooLong(field) or #field > LONGEST_FIELD
    if not isLong then
      bytes = bytes + #field + redis.call('HSTRLEN', key, field)
    elseif string.sub(field, 1, 6) == 'limit:' then
      lose(field)
    else
      redis.call('HDEL', key, field)
    end
  end
  isFlooded = bytes > MOST_BYTES
end
if reads and not isFlooded then
  -- A machine that keeps nothing is another one after each start.
  local longest = count() > MOST_FIELDS and HOUR_MS or DAY_MS
  local all = redis.call('HGETALL', key)
  for index = 1, #all, 2 do
    local field, value = all[index], object(all[index + 1])
    if string.sub(field, 1, 6) == 'limit:' then
      if has(value, { 'machine', 'by', 'session', 'value' }) then limits[field] = value else lose(field) end
    elseif string.sub(field, 1, 5) == 'seen:' then
      if value and math.abs(now - value.at) <= longest then
        machines[string.sub(field, 6)] = value.at
      else
        redis.call('HDEL', key, field)
      end
    end
  end
  isFlooded = count() > MOST_FIELDS
end
-- Nobody knows which of too many limits are real. As after Redis was emptied, each machine says again what it has.
if isFlooded then limits, bytes = {}, 0 end
if isFlooded or not isWhole then
  local kept = { record = plain('record'), announced = plain('announced') }
  for field in pairs(limits) do kept[field] = plain(field) end
  redis.call('DEL', key)
  for field, text in pairs(kept) do redis.call('HSET', key, field, text) end
  machines = {}
end

-- Another server, one that was emptied or set back, or one that nobody could reach for a while: what machines have written
-- meanwhile may be missing until they have announced it again.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local lastAt = number(plain('lastAt'))
local grace = number(plain('grace')) or 0
if not plain('epoch') then redis.call('HSET', key, 'epoch', now .. '-' .. run) end
if plain('run') ~= run or not lastAt or lastAt > now + 1000 or now - lastAt > GONE_MS or grace > now + GRACE_MS then
  grace = now + GRACE_MS
  redis.call('HSET', key, 'run', run, 'grace', grace)
end
redis.call('HSET', key, 'lastAt', now)

local before = revision()
local isUpToDate = question.seen == before

local me = get('seen:' .. question.machine)
if me and question.joined and me.session ~= question.session then
  return cjson.encode({ now = now, rev = before, twin = true })
end
local function limitField(machine, by) return 'limit:' .. machine .. '|' .. by end
local function putLimit(machine, session, limit)
  local field = limitField(machine, limit.by)
  limits[field] = { machine = machine, by = limit.by, session = session, at = now - limit.age, value = limit.value }
  put(field, limits[field])
  return field
end
local function dropLimit(field)
  limits[field] = nil
  drop(field)
end
if question.limits then
  local listed = {}
  for _, limit in ipairs(question.limits) do listed[putLimit(question.machine, question.session, limit)] = true end
  local mine = limitField(question.machine, '')
  for field, limit in pairs(limits) do
    local isMine = string.sub(field, 1, #mine) == mine and limit.session == question.session
    if isMine and not listed[field] then dropLimit(field) end
  end
end
-- After Redis was emptied: the limits of machines that are gone. One that is there says itself which limits it has.
for _, limit in ipairs(question.carried or {}) do
  local hasRoom = bytes < MOST_BYTES / 2 and count() < MOST_FIELDS / 2
  if hasRoom and not machines[limit.machine] and not limits[limitField(limit.machine, limit.by)] then
    bytes = bytes + #putLimit(limit.machine, limit.session, limit) + #limit.value
  end
end
for _, by in ipairs(question.gone or {}) do dropLimit(limitField(question.machine, by)) end
if question.remove then dropLimit(limitField(question.remove.machine, question.remove.by)) end
local isKnown = question.limits ~= nil or (me ~= nil and me.session == question.session and me.digest == question.digest)
machines[question.machine] = now
redis.call('HSET', key, 'seen:' .. question.machine, cjson.encode({
  at = now,
  session = question.session,
  digest = isKnown and question.digest or nil,
}))

if question.record then merge(written(question.record), false) end
if question.finish then
  local isNewest = announced ~= nil and announced.id == question.finish.id
  if isNewest then
    drop('announced')
    announced = nil
  end
  if question.finish.record then merge(written(question.finish.record), true, isNewest) end
end

local answer = { now = now, known = isKnown }
if question.renew and announced and announced.id == question.renew then
  announced.at = now
  put('announced', announced)
  answer.renewed = true
end
if question.announce then
  local isOwn = announced and announced.machine == question.machine and announced.session == question.session
  if not isUpToDate then
    answer.wait = 0
  elseif announced and not isOwn then
    answer.wait = announced.at + ANNOUNCED_MS - now
  elseif question.announce.raises and now < grace then
    answer.wait = grace - now
  else
    answer.granted = true
    put('announced', {
      id = question.announce.id,
      machine = question.machine,
      session = question.session,
      at = now,
      value = question.announce.value,
    })
  end
end

answer.rev = revision()
if question.seen ~= answer.rev then
  local function aged(write)
    if not write then return nil end
    local early = {}
    for index, at in ipairs(write.early or {}) do early[index] = now - at end
    return {
      id = write.id,
      age = now - write.at,
      doneAge = write.doneAt and now - write.doneAt or nil,
      early = early,
      value = write.value,
      machine = write.machine,
    }
  end
  local state = { record = aged(get('record')), announced = aged(get('announced')), limits = {} }
  for _, limit in pairs(limits) do
    if limit.machine ~= question.machine or limit.session ~= question.session then
      state.limits[#state.limits + 1] = {
        machine = limit.machine,
        by = limit.by,
        session = limit.session,
        age = math.max(0, now - limit.at),
        value = limit.value,
      }
    end
  end
  answer.state = state
end
if question.look then
  answer.machines = {}
  for machine, at in pairs(machines) do
    answer.machines[#answer.machines + 1] = { machine = machine, age = math.max(0, now - at) }
  end
end
redis.call('PEXPIRE', key, KEPT_MS)
return cjson.encode(answer)
`;

/** Ages in ms; `value` is JSON that Redis does not look into. */
export interface AgedWrite {
  id: string;
  age: number;
  /** Absent where nobody knows that it got through. */
  doneAge?: number | undefined;
  early?: number[] | Record<string, never>;
  value: string;
  /** The machine that has announced it. */
  machine?: string;
}

/** A limit of a machine; the age is that of the last value of its node, in ms. */
interface AgedLimit {
  machine: string;
  by: string;
  session: string;
  age: number;
  value: string;
}

/** What a machine asks and reports. */
export interface CurrentQuestion {
  machine: string;
  /** Of the process: a machine that was started again has another one. */
  session: string;
  /** This session has been here before. */
  joined?: boolean;
  /** Of Redis's clock, in ms. */
  deadline?: number | undefined;
  /** The revision that this machine has seen. */
  seen?: string | undefined;
  /** Stands for the limits that this machine has. */
  digest: string;
  /** All limits of this session. */
  limits?: Pick<AgedLimit, 'by' | 'age' | 'value'>[];
  /** Limits of other machines that Redis has lost. */
  carried?: AgedLimit[];
  /** Nodes that want nothing any more, whichever session has announced their limit. */
  gone?: string[];
  /** The newest write that this machine knows of, where Redis knows an older one. */
  record?: AgedWrite;
  announce?: { id: string; raises: boolean; value: string };
  /** The announced write still waits to leave. */
  renew?: string | undefined;
  /** How an announced write ended; without a record it was never sent, or had no effect. */
  finish?: { id: string; record?: AgedWrite | undefined };
  remove?: { machine: string; by: string };
  /** Ask for the machines as well. */
  look?: boolean;
}

/** What Redis answers, in ms. */
export interface CurrentAnswer {
  now: number;
  /** The question came after its deadline; the rest of the answer is missing. */
  late?: true;
  /** Another machine has the same id. */
  twin?: true;
  rev: string;
  /** Redis has the limits for which the digest stands. */
  known?: boolean;
  granted?: true;
  /** The announced write may leave as long after now as after it was granted. */
  renewed?: true;
  /** How long the announced write has to wait; 0: the machine has to look at the state first. */
  wait?: number;
  /** Absent where the machine has seen it. */
  state?: {
    record?: AgedWrite;
    announced?: AgedWrite;
    limits: AgedLimit[] | Record<string, never>;
  };
  machines?: { machine: string; age: number }[] | Record<string, never>;
}
