/**
 * Lets one of several machines report a finished session. It runs in Redis and goes by Redis's clock alone.
 *
 * | key                     | holds                                                              |
 * | ----------------------- | ------------------------------------------------------------------ |
 * | `KEYS[1]`, hash         | claims: session → machine and until when, ms; `''` → when it began |
 * | `KEYS[2]`, sorted set   | sessions that were reported → when, ms; for 15 days                |
 *
 * `ARGV[1]` is a `ClaimQuestion`, the result a `ClaimAnswer`, both as JSON. A claim whose machine does not report ends by
 * itself, so that another machine reports the session. Redis that was emptied grants nothing for three seconds, until each
 * machine has said again what it has reported.
 */
export const CLAIM_SCRIPT = `
local question = cjson.decode(ARGV[1])
local claims, reported = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local KEPT_MS, GRACE_MS = 1296000000, 3000

local function text(number) return string.format('%.0f', number) end

local began = redis.call('HGET', claims, '')
if not began or (tonumber(began) or math.huge) > now then
  began = text(now)
  redis.call('HSET', claims, '', began)
end
local isNew = now - tonumber(began) < GRACE_MS

redis.call('ZREMRANGEBYSCORE', reported, '-inf', now - KEPT_MS)
for _, session in ipairs(question.reported or {}) do
  redis.call('ZADD', reported, now, session)
  redis.call('HDEL', claims, session)
end
local results = {}
for _, session in ipairs(question.wanted or {}) do
  local machine, ends = string.match(redis.call('HGET', claims, session) or '', '(.*) (%d+)')
  local left = tonumber(ends or '0') - now
  if redis.call('ZSCORE', reported, session) then
    results[session] = 'reported'
  elseif isNew or machine and machine ~= question.machine and left > 0 and left <= question.lease then
    results[session] = 'taken'
  else
    redis.call('HSET', claims, session, question.machine .. ' ' .. text(now + question.lease))
    results[session] = 'mine'
  end
end
redis.call('PEXPIRE', claims, KEPT_MS)
redis.call('PEXPIRE', reported, KEPT_MS)
return cjson.encode({ began = began, results = results })
`;

export interface ClaimQuestion {
  machine: string;
  /** How long a claim lasts, in ms. */
  lease: number;
  /** Sessions that this machine would report. */
  wanted?: string[] | undefined;
  /** Sessions that it has reported. */
  reported?: string[] | undefined;
}

export interface ClaimAnswer {
  /** Another one than before shows that Redis was emptied. */
  began: string;
  /** By session: to be reported by this machine, by another one perhaps, or by nobody any more. */
  results: Record<string, 'mine' | 'taken' | 'reported'>;
}
