-- For wrk with as many threads as connections: each thread gets the page, then posts the form with its hidden value.
-- Arguments: path, name of the hidden field, then the bodies without it; without bodies it only gets the page.
local bodies, given, value, cookie = {}, 0, nil, nil
local path, pattern, field
local threads = {}
answers, errors = 0, ""

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  path, field = args[1], args[2]
  pattern = 'name="' .. field .. '" value="([^"]+)"'
  for number = 3, #args do
    bodies[#bodies + 1] = args[number]
  end
end

function request()
  local headers = { ["Accept-Language"] = "en", ["Cookie"] = cookie }
  if value == nil then
    return wrk.format("GET", path, headers)
  end
  given = given + 1
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  local body = bodies[given % #bodies + 1] .. "&" .. field .. "=" .. value
  return wrk.format("POST", path, headers, body)
end

function response(status, headers, body)
  if value ~= nil then
    value = nil
    if status == 302 or status == 303 then
      answers = answers + 1
    else
      errors = errors .. "POST " .. status .. "\n"
    end
    return
  end
  local set = headers["Set-Cookie"] or headers["set-cookie"]
  if set then
    cookie = set:match("^[^;]+")
  end
  value = status == 200 and body:match(pattern) or nil
  if value == nil then
    errors = errors .. "GET " .. status .. "\n"
  elseif #bodies == 0 then
    answers, value = answers + 1, nil
  end
end

function done(summary)
  local total, wrong = 0, ""
  for _, thread in ipairs(threads) do
    total = total + thread:get("answers")
    wrong = wrong .. thread:get("errors")
  end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d\n%s", total, summary.duration, broken, wrong))
end
