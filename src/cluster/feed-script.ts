/**
 * Lets one machine receive the messages of a topic, and hands them to the other machines. It runs in Redis and goes by
 * Redis's clock alone, so that no clock of a machine matters.
 *
 * | key                     | holds                                                                                       |
 * | ----------------------- | ------------------------------------------------------------------------------------------- |
 * | `KEYS[1]`, hash         | who receives, until when, its status; the series and the number of the newest message       |
 * | `KEYS[2]`, stream       | the newest messages, numbered without a gap: a machine that was away sees whether any is missing |
 * | `KEYS[3]`, sorted set   | the machines: id → when it was last there, ms                                               |
 *
 * `ARGV[1]` is a `FeedQuestion`, the result a `FeedAnswer`, both as JSON. A question past its deadline changes nothing: it
 * is left over from a time when Redis was frozen. Redis that was emptied begins a new series, and gives the lease first to
 * a machine that receives already.
 */
export const FEED_SCRIPT = `
local question = cjson.decode(ARGV[1])
local state, messages, machines = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if question.deadline and now > question.deadline then return cjson.encode({ now = now, late = true }) end

local GRACE_MS, SILENT_MS, GAP_MS, KEPT_MS = 1000, 3000, 60000, 86400000
local MOST_KEPT, MOST_READ = 20000, 500
-- Bytes: a message of the bus has a quarter of a mebibyte. What is longer was not written by this script, and an answer
-- that takes Redis too long would come too late each time.
local LONGEST_BODY, LONGEST_STATUS, LONGEST_NAME, MOST_BYTES = 4194304, 65536, 200, 1048576

local function text(number) return string.format('%.0f', number) end
-- What is no number in the store, or a greater one than any, was not written by this script.
local function get(field)
  local value = tonumber(redis.call('HGET', state, field) or '')
  return value and value >= 0 and value < 2 ^ 53 and value or 0
end

local series = redis.call('HGET', state, 'series')
if series and #series > LONGEST_NAME then series = false end
-- A machine that has seen more than there is: the store was set back, and the next numbers would be given twice.
local isSetBack = series and question.series == series and question.after and question.after > get('newest')
if not series or isSetBack then
  series = text(now) .. '-' .. question.machine
  -- Not deleted: it may be another program's.
  redis.call('XTRIM', messages, 'MAXLEN', 0)
  redis.call('HSET', state, 'series', series, 'graceUntil', text(now + GRACE_MS), 'newest', 0)
end

redis.call('ZREMRANGEBYSCORE', machines, '-inf', now - SILENT_MS)
redis.call('ZREMRANGEBYSCORE', machines, '(' .. text(now), '+inf')
if question.goodbye then
  redis.call('ZREM', machines, question.machine)
else
  redis.call('ZADD', machines, now, question.machine)
end

-- A lease that ends later than this clock allows is of a time before the clock was set back.
local holder, ends, graceUntil, handedAt = redis.call('HGET', state, 'holder') or '', get('until'), get('graceUntil'), get('handedAt')
if ends > now + question.lease then ends = 0 end
if graceUntil > now + GRACE_MS then graceUntil = 0 end
if handedAt > now then handedAt = 0 end
local answer = { now = now, series = series, machines = redis.call('ZCARD', machines) }
if holder == question.machine and not question.wants then
  redis.call('HSET', state, 'holder', '', 'until', 0, 'handedAt', ends > now and text(now) or 0)
  holder = ''
elseif question.wants and holder ~= question.machine and (holder == '' or ends <= now) then
  if question.receives or now >= graceUntil then
    answer.taken = holder == '' and now - handedAt < GAP_MS and 'handed' or 'lost'
    holder = question.machine
  else
    holder = ''
  end
elseif ends <= now and holder ~= question.machine then
  holder = ''
end
if holder == question.machine then
  redis.call('HSET', state, 'holder', holder, 'until', text(now + question.lease), 'handedAt', 0, 'status', question.status)
  answer.holder = 'me'
elseif holder ~= '' then
  answer.holder = 'other'
  if redis.call('HSTRLEN', state, 'status') <= LONGEST_STATUS then answer.status = redis.call('HGET', state, 'status') end
end

local newest = get('newest')
for _, body in ipairs(question.bodies or {}) do
  newest = newest + 1
  local entry = { 'XADD', messages, 'MAXLEN', '~', MOST_KEPT, text(newest) .. '-1', 'from', question.machine, 'body', body }
  local refused = redis.pcall(unpack(entry))
  if type(refused) == 'table' then
    -- It has numbers that were given later.
    if string.find(refused.err, 'smaller', 1, true) then redis.call('DEL', messages) end
    redis.call(unpack(entry))
  end
end
redis.call('HSET', state, 'newest', text(newest))

answer.after = newest
local from = question.after
if from and (question.series ~= series or from > newest) then
  answer.missed = true
  from = 0
end
if from and from < newest then
  local bodies, entries, bytes = {}, 0, 0
  answer.after = from
  -- One by one: nobody knows how long they are.
  while answer.after < newest and entries < MOST_READ and bytes < MOST_BYTES do
    local entry = redis.call('XRANGE', messages, text(answer.after + 1) .. '-0', text(newest) .. '-1', 'COUNT', 1)[1]
    local number = entry and tonumber(string.match(entry[1], '%d+')) or newest
    local fields = entry and entry[2] or {}
    local isOurs = #fields == 4 and fields[1] == 'from' and fields[3] == 'body' and #fields[2] <= LONGEST_NAME and #fields[4] <= LONGEST_BODY
    if number ~= answer.after + 1 or not isOurs then answer.missed = true end
    if isOurs and fields[2] ~= question.machine then bodies[#bodies + 1] = fields[4] end
    for _, field in ipairs(fields) do bytes = bytes + #field end
    answer.after, entries = number, entries + 1
  end
  if #bodies > 0 then answer.bodies = bodies end
  if answer.after < newest then answer.more = true end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, KEPT_MS) end
return cjson.encode(answer)
`;

/** What a machine asks and reports. */
export interface FeedQuestion {
  machine: string;
  /** How long the right to receive lasts without another question, in ms. */
  lease: number;
  /** By Redis's clock, ms. */
  deadline?: number | undefined;
  /** It would receive. Without this, one that has the lease gives it to the others. */
  wants: boolean;
  /** It has a receiver at present. */
  receives: boolean;
  /** The machine ends. */
  goodbye?: true | undefined;
  /** For the others, where this machine has the lease. */
  status: string;
  /** Messages for the others. */
  bodies?: string[] | undefined;
  /** The newest message that it has, in its series. */
  series?: string | undefined;
  after?: number | undefined;
}

/** What Redis answers. */
export interface FeedAnswer {
  /** Redis's clock, ms. */
  now: number;
  /** The question was past its deadline: nothing was done. */
  late?: true;
  series: string;
  /** Machines that were there in the last seconds, this one included. */
  machines: number;
  /** Who has the lease. */
  holder?: 'me' | 'other';
  /** This machine has just got it: handed over, or from one that has gone without a word. */
  taken?: 'handed' | 'lost';
  status?: string;
  bodies?: string[];
  after: number;
  /** There is more to be read. */
  more?: true;
  /** Messages are gone that this machine has not got. */
  missed?: true;
}
