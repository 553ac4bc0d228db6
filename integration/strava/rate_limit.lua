-- One app's share of Strava's rate limits, for all our processes at once. The state is one hash; budget.py explains.
--   KEYS[1]  the hash
--   ARGV     operation, now in seconds ('' = this server's clock), then what the operation needs
-- Nothing in here comes from an athlete.

local QUARTER, DAY = 900, 86400
local EDGE = 10            -- calls before a limit that are made one at a time
local ALONE = 15           -- seconds after which a call that never reported back no longer holds up the others
local HOUR = 3600
local KEEP = 2 * DAY

local key, operation = KEYS[1], ARGV[1]
local now = math.floor(tonumber(ARGV[2]) or tonumber(redis.call('TIME')[1]))

local state = {}
local stored = redis.call('HGETALL', key)
for i = 1, #stored, 2 do state[stored[i]] = tonumber(stored[i + 1]) end

local function value(name) return state[name] or 0 end

local function start_of(window_length, time) return time - time % window_length end

-- A counter that starts again at 0 whenever the clock has passed into another window.
local function counter(name, length)
    local start = start_of(length, now)
    if state[name .. ':start'] ~= start then
        state[name .. ':start'], state[name .. ':used'] = start, 0
    end
    return { name = name, length = length, start = start, used = name .. ':used', limit = name .. ':limit' }
end

local function window(name, length, first_limit)
    local w = counter(name, length)
    state[w.limit] = state[w.limit] or first_limit
    return w
end

-- The limits of a new app, until an answer's headers tell others.
local windows = {
    window('overall:15min', QUARTER, 200), window('overall:day', DAY, 2000),
    window('read:15min', QUARTER, 100), window('read:day', DAY, 1000),
}
local daily_reads = windows[4]
local polls = counter('polls', DAY)

local function save()
    local flat = {}
    for name, number in pairs(state) do
        flat[#flat + 1] = name
        flat[#flat + 1] = string.format('%d', number)
    end
    redis.call('HSET', key, unpack(flat))
    redis.call('EXPIRE', key, KEEP)
end

-- A time ahead of us, or 0. One too far ahead was set by a clock that has been put right since.
local function ahead(name, longest)
    local time = value(name)
    return time > now and time <= now + longest and time or 0
end

-- Of an inactive app one call an hour finds out whether it is active again; that call moves the next one an hour on.
local function next_check()
    if value('inactive_until') > 0 then state.inactive_until = now + HOUR end
end

-- `share` of every window is open to the caller, `poll_share` of the day's reads to polling.
local function free_at(share, poll_share)
    local free = ahead('hold', DAY)
    for _, w in ipairs(windows) do
        if value(w.used) >= math.floor(state[w.limit] * share) then free = math.max(free, w.start + w.length) end
    end
    if poll_share and value(polls.used) >= math.floor(state[daily_reads.limit] * poll_share) then
        free = math.max(free, polls.start + DAY)
    end
    return free
end

-- Where something else may have spent the budget we have to see the answer before the next call goes out, or several
-- would be refused at once: until this window's first answer, and among the last calls before a limit.
local function unsure()
    if value('heard') ~= start_of(QUARTER, now) then return true end
    for _, w in ipairs(windows) do
        local left = state[w.limit] - value(w.used)
        if left <= math.min(EDGE, math.ceil(state[w.limit] / 10)) then return true end
    end
    return false
end

local function take(share, poll_share)
    if ahead('inactive_until', HOUR) > 0 then return { 'inactive', value('inactive_until') } end
    local free = free_at(share, poll_share)
    if free > now then return { 'spent', free } end
    local alone = unsure()
    if alone and ahead('alone_until', ALONE) > 0 then return { 'busy', now + 2 } end
    next_check()
    state.number = value('number') + 1
    if alone then state.alone, state.alone_until = state.number, now + ALONE end
    for _, w in ipairs(windows) do state[w.used] = value(w.used) + 1 end
    if poll_share then state[polls.used] = value(polls.used) + 1 end
    save()
    return { 'granted', now, state.number }
end

-- Believe the headers where they say more than we counted, and only of the window that they were written in.
local function learn(told_at, reported)
    for i, w in ipairs(windows) do
        local limit, used = reported[2 * i - 1], reported[2 * i]
        if limit then state[w.limit] = limit end
        if used and start_of(w.length, told_at) == w.start then state[w.used] = math.max(value(w.used), used) end
    end
end

-- A refusal stops everyone until the end of Strava's window, by Strava's clock where it told the time.
local function stop_everybody(told_at, reported)
    local length = QUARTER
    for i, w in ipairs(windows) do
        if w.length == DAY and (reported[2 * i] or value(w.used)) >= state[w.limit] then length = DAY end
    end
    for i, w in ipairs(windows) do
        if w.length == length and not reported[2 * i] then state[w.used] = math.max(value(w.used), state[w.limit]) end
    end
    state.hold = math.max(ahead('hold', DAY), now + length - told_at % length)
    return state.hold
end

-- What does not count towards the limits (OAuth) only asks whether the app is open.
local function ask()
    if ahead('inactive_until', HOUR) > 0 then return { 'inactive', value('inactive_until') } end
    next_check()
    save()
    return { 'granted', now, 0 }
end

local function report(number, granted, outcome, strava_time, reported)
    local result = now
    if value('alone') == number then state.alone_until = 0 end
    learn(strava_time or granted, reported)
    if outcome == 'unreachable' then
        state.unreachable = now
    elseif outcome == 'inactive' then
        state.inactive_until = now + HOUR
        result = state.inactive_until
    else
        state.unreachable = 0
        if number > 0 then
            state.inactive_until = 0
            state.heard = start_of(QUARTER, granted)
        elseif value('inactive_until') > 0 then
            state.inactive_until = now -- signing in works; whether the API does the next call finds out, alone
        end
        if outcome == 'refused' then result = stop_everybody(strava_time or now, reported) end
    end
    save()
    return result
end

local function usage()
    local numbers = {}
    for _, w in ipairs(windows) do
        numbers[#numbers + 1] = value(w.used)
        numbers[#numbers + 1] = state[w.limit]
    end
    numbers[#numbers + 1] = value('inactive_until')
    numbers[#numbers + 1] = value('unreachable')
    numbers[#numbers + 1] = now
    return numbers
end

if operation == 'take' then
    return take(tonumber(ARGV[3]), tonumber(ARGV[4]))
elseif operation == 'ask' then
    return ask()
elseif operation == 'report' then
    local reported = {}
    for i = 1, 8 do reported[i] = tonumber(ARGV[6 + i]) end
    return report(tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]), reported)
elseif operation == 'active' then
    state.inactive_until, state.unreachable = 0, 0
    save()
    return now
elseif operation == 'check' then
    if value('inactive_until') > 0 then state.inactive_until = now end
    save()
    return now
else
    return usage()
end
