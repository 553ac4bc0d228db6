-- For wrk: pushes of ever new activities of 50 athletes. Arguments: the first activity, the first athlete.
local threads, sent = 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  first, owner = tonumber(arguments[1]), tonumber(arguments[2])
end

function request()
  sent = sent + 1
  local activity = first + number * 1000000 + sent
  local body = string.format(
    '{"object_type": "activity", "object_id": %d, "aspect_type": "create", "updates": {}, "owner_id": %d, '
      .. '"subscription_id": 1, "event_time": %d}', activity, owner + activity % 50, os.time())
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end
