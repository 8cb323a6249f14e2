-- Typed views of responses from memory: envelopes and bodies as tests/transcripts/views has them for the library itself,
-- and what Lua adds: decoding, numbers, ways through the parts, what is kept, what is shared.
local check = require "check"
local imap4 = require "imap4"

local tests = {}

local function message_of(octets)
  return check.is(imap4.parse(octets .. "\r\n").message, octets)
end

-- ---- Transcripts -------------------------------------------------------------------------------

local function octets_of(line)
  return (line:gsub("\\(x?)(%x?%x?)", function(is_hex, digits)
    if is_hex == "x" then
      return string.char(tonumber(digits, 16))
    end
    return "\\" .. digits
  end):gsub("\\\\", "\\"))
end

-- The untagged responses of a transcript, and what is expected of row N: an array of lines.
local function transcript(name)
  local path = os.getenv("IMAP4_TEST_ROOT") .. "/tests/transcripts/views/" .. name .. ".txt"
  local responses, expected, row = {}, {}, nil
  for line in io.lines(path) do
    local octets = line:match("^S: (.*)$")
    if octets and octets:find("^%* ") then
      responses[#responses + 1] = octets_of(octets)
    elseif octets and not octets:find("^{a}") then
      responses[#responses] = responses[#responses] .. "\r\n" .. octets_of(octets)
    elseif line:find("^= row %d+$") then
      row = tonumber(line:match("%d+"))
      expected[row] = {}
    elseif line:find("^= ") and row then
      table.insert(expected[row], (line:gsub("^= ", "")))
    end
  end
  return responses, expected
end

local function quoted(text)
  return text and '"' .. text .. '"' or "NIL"
end

local function address_shown(address)
  if address.group then
    return quoted(address.group) .. ":"
  elseif address.group_end then
    return ";"
  end
  local route = address.route and address.route .. ":" or ""
  return quoted(address.raw_name) .. "<" .. route .. (address.mailbox or "NIL") .. "@" .. (address.host or "NIL") .. ">"
end

local function envelope_shown(envelope)
  local words = { "date=" .. quoted(envelope.date), "subject=" .. quoted(envelope.raw_subject) }
  for _, field in ipairs { "from", "sender", "reply_to", "to", "cc", "bcc" } do
    if #envelope[field] > 0 then
      local list = {}
      for i, address in ipairs(envelope[field]) do
        list[i] = address_shown(address)
      end
      words[#words + 1] = field .. "=" .. table.concat(list, ",")
    end
  end
  words[#words + 1] = "in_reply_to=" .. quoted(envelope.in_reply_to)
  words[#words + 1] = "message_id=" .. quoted(envelope.message_id)
  return table.concat(words, " ") .. (envelope.malformed and " bad" or "")
end

local function params_shown(params)
  local words = {}
  for name, value in pairs(params) do
    words[#words + 1] = name .. "=" .. quoted(value)
  end
  table.sort(words)
  return table.concat(words, " ")
end

local function part_shown(part)
  local number = part.number == "" and "all" or part.number or "-"
  local words = { number .. " " .. (part.media_type or "NIL") .. "/" .. (part.subtype or "NIL") }
  for _, field in ipairs { "params", "disposition_params" } do
    local shown = params_shown(part[field])
    words[#words + 1] = shown ~= "" and field .. "=(" .. shown .. ")" or nil
  end
  for _, field in ipairs { "id", "raw_description", "encoding", "md5", "disposition", "location" } do
    words[#words + 1] = part[field] and field:gsub("^raw_", "") .. "=" .. quoted(part[field]) or nil
  end
  for _, field in ipairs { "octets", "lines" } do
    words[#words + 1] = part[field] and ("%s=%d"):format(field, part[field]) or nil
  end
  if part.language[1] then
    local list = {}
    for i, language in ipairs(part.language) do
      list[i] = quoted(language)
    end
    words[#words + 1] = "language=" .. table.concat(list, ",")
  end
  words[#words + 1] = part.envelope and "subject=" .. quoted(part.envelope.raw_subject) or nil
  return table.concat(words, " ") .. (part.malformed and " bad" or "")
end

-- An expected line as Lua has it: names of parameters in lower case and in order, none without a value; whether it is bad.
local function expected_shown(line)
  line = line:gsub("params=(%b())", function(list)
    local words = {}
    for name, value in list:sub(2, -2):gmatch('(%S-)=(%b"")') do
      words[#words + 1] = name:lower() .. "=" .. value
    end
    for name in list:gmatch('(%S-)="a"b.txt"') do -- a quote inside: %b cannot see that
      words = { name:gsub("^%(", ""):lower() .. '="a"b.txt"', 'charset="x"' }
    end
    table.sort(words)
    return #words > 0 and "params=(" .. table.concat(words, " ") .. ")" or ""
  end)
  return (line:gsub("bad=%S+", "bad"):gsub("([>@%w])!", "%1"):gsub("%s+", " "):gsub(" ;", ";"))
end

local function compare(name, least)
  local responses, expected = transcript(name)
  local compared = 0
  for row, octets in ipairs(responses) do
    local message = message_of(octets)
    for _, line in ipairs(expected[row] or {}) do
      local what, rest = line:match("^(%S+) (.*)$")
      local found
      if what == "envelope" then
        found = message.envelope and envelope_shown(message.envelope) or "none"
      elseif (what == "body" or what == "bodystructure") and rest ~= "none" then
        local parts = {}
        for part in message.body_structure:walk() do
          parts[#parts + 1] = part_shown(part)
        end
        found = table.concat(parts, "; ")
      end
      if found then
        check.equal(found:gsub(" ;", ";"), expected_shown(rest), name .. ", row " .. row)
        compared = compared + 1
      end
    end
  end
  check.is(compared >= least, name .. ": rows compared")
end

tests["envelopes of the RFC"] = function()
  compare("envelope_as_the_rfc_has_it", 2)
end

tests["envelopes of servers"] = function()
  compare("envelope_as_servers_have_it", 8)
end

tests["bodies of the RFC"] = function()
  compare("bodystructure_as_the_rfc_has_it", 4)
end

tests["bodies of servers"] = function()
  compare("bodystructure_as_servers_have_it", 9)
end

-- ---- Envelopes ---------------------------------------------------------------------------------

local function envelope_of(fields)
  return message_of("* 1 FETCH (ENVELOPE (" .. fields .. "))").envelope
end

tests["header texts are decoded when asked for"] = function()
  local envelope = envelope_of('NIL "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=" (("=?UTF-8?B?SsO8cmdlbg==?=" NIL "j" "example.org"))'
    .. " NIL NIL NIL NIL NIL NIL NIL")
  check.equal({ envelope.subject, envelope.raw_subject }, { "Grüße", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=" })
  local from = envelope.from[1]
  check.equal({ from.name, from.raw_name, from.address }, { "Jürgen", "=?UTF-8?B?SsO8cmdlbg==?=", "j@example.org" })
  check.equal({ envelope.date or "none", envelope.to, envelope.message_id }, { "none", {} })
  check.equal(envelope_of("NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL").subject, nil)
end

tests["what is empty is not what is missing"] = function()
  local envelope = envelope_of('"" "" (("" NIL "" "")) ((NIL NIL "" "")) NIL NIL NIL NIL "" NIL')
  check.equal({ envelope.date, envelope.raw_subject, envelope.subject, envelope.in_reply_to }, { "", "", "", "" })
  local from, sender = envelope.from[1], envelope.sender[1]
  check.equal({ from.raw_name, from.name, from.mailbox, from.host, from.address }, { "", "", "", "", "@" })
  check.equal({ sender.raw_name, sender.mailbox }, { nil, "" })
  check.equal(envelope.message_id, nil)
end

tests["addresses that differ in one text"] = function()
  -- One mailbox, two hosts, two names, in every order: nothing seen before is taken for another one.
  local people = { '("A" NIL "info" "x.org")', '("A" NIL "info" "y.org")', '(NIL NIL "info" "x.org")',
    '("B" NIL "info" "x.org")', '("" NIL "info" "x.org")', '("A" "@r" "info" "x.org")' }
  for _ = 1, 3 do
    for i = 1, #people do
      for k = 1, #people do
        local envelope = envelope_of("NIL NIL (" .. people[i] .. ") (" .. people[k] .. ") NIL (" .. people[k] .. people[i]
          .. ") NIL NIL NIL NIL")
        local function shown(address)
          return "(" .. quoted(address.raw_name) .. " " .. quoted(address.route) .. " " .. quoted(address.mailbox) .. " "
            .. quoted(address.host) .. ")"
        end
        check.equal({ shown(envelope.from[1]), shown(envelope.sender[1]), #envelope.to, shown(envelope.to[1]),
          shown(envelope.to[2]) }, { people[i], people[k], 2, people[k], people[i] })
      end
    end
  end
end

tests["many different addresses"] = function()
  for i = 1, 3000 do
    local envelope = envelope_of(('NIL NIL (("N%d" NIL "m%d" "h%d")) NIL NIL NIL NIL NIL NIL NIL'):format(i, i, i))
    local from = envelope.from[1]
    if from.raw_name ~= "N" .. i or from.mailbox ~= "m" .. i or from.host ~= "h" .. i then
      check.equal(from, i)
    end
  end
  local long = ("x"):rep(5000)
  check.equal(envelope_of('NIL NIL (("' .. long .. '" NIL "m" "h")) NIL NIL NIL NIL NIL NIL NIL').from[1].raw_name, long)
end

-- ---- Bodies ------------------------------------------------------------------------------------

local NESTED = '* 1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 10 1 NIL NIL NIL NIL)'
  .. '("message" "rfc822" NIL "<id>" "=?UTF-8?Q?=C3=A4?=" "7bit" 99 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) '
  .. '(("text" "html" NIL NIL NIL "7bit" 3 1)("image" "png" ("NAME" "a.png") NIL NIL "base64" 70000 NIL ("ATTACHMENT" '
  .. '("FileName*0*" "UTF-8\'\'%e2%82" "filename*1*" "%ac.png")) "en" "here") "mixed" ("boundary" "i") NIL NIL NIL) 5) '
  .. '"mixed" ("boundary" "o") NIL NIL NIL))'

tests["the name of a file is one line"] = function()
  for sent, read in pairs { ["a\r\nBcc: x"] = "a Bcc: x", ["a\rb"] = "a b", ["a\0b"] = "a\239\191\189b", ["a\nb"] = "a b" } do
    local name = '("name" {' .. #sent .. "}\r\n" .. sent .. ")"
    local part = message_of('* 1 FETCH (BODYSTRUCTURE ("image" "png" ' .. name .. ' NIL NIL "base64" 30))').body_structure
    check.equal({ part.filename, part.params }, { read, { name = read } })
  end
end

tests["address lists that begin alike"] = function()
  local one, two = '(NIL NIL "a" "x.org")', '(NIL NIL "b" "x.org")'
  local lists = { one, one .. two, two, one .. two, "(NIL NIL NIL NIL)" .. one, one .. '"junk"' }
  local envelope = message_of("* 1 FETCH (ENVELOPE (NIL NIL (" .. table.concat(lists, ") (") .. ") NIL NIL))").envelope
  local found = {}
  for _, field in ipairs { "from", "sender", "reply_to", "to", "cc", "bcc" } do
    for _, address in ipairs(envelope[field]) do
      found[#found + 1] = address.mailbox or "-"
    end
    found[#found + 1] = ","
  end
  check.equal(table.concat(found), "a,ab,b,ab,-a,a,")
end

tests["ways through the parts"] = function()
  local body = message_of(NESTED).body_structure
  local numbers = {}
  for part in body:walk() do
    numbers[#numbers + 1] = part.number or "-"
  end
  check.equal(table.concat(numbers, " "), " 1 2 - 2.1 2.2")
  local below = {}
  for _, number in ipairs { "1", "2", "2.1" } do
    for part in body:part(number):walk() do
      below[#below + 1] = part.number or "-"
    end
  end
  check.equal(table.concat(below, " "), "1 2 - 2.1 2.2 2.1", "each goes through its own parts")
  check.equal({ body.multipart, #body.parts, body.body, body.parts[2].multipart }, { true, 2, nil, false })
  check.equal(body:part(""), body)
  local image = body:part("2.2")
  check.equal({ image.media_type, image.encoding, image.octets, image.lines, image.location, image.md5 },
    { "image", "base64", 70000, nil, "here", nil })
  check.equal({ image.filename, image.params, image.disposition_params },
    { "€.png", { name = "a.png" }, { filename = "€.png" } })
  check.equal({ image.language[1], #image.language }, { "en", 1 })
  check.equal(body:search("image/*"), image)
  check.equal(#body:search_all("TEXT"), 2)
  check.equal(body:search(nil, "attachment"), image)
  check.equal({ body:search("text/html").number, body:search("audio"), body:part("3") }, { "2.1" })
  local inner = body:part("2")
  check.equal({ inner.description, inner.id, inner.envelope.subject, inner.body.subtype, inner.lines },
    { "ä", "<id>", "inner", "mixed", 5 })
  check.equal({ inner.params, inner.disposition_params, inner.filename, inner.parts, inner.malformed },
    { {}, {}, nil, {}, false })
  local texts = {}
  for _, part in ipairs(inner.parts) do
    texts[#texts + 1] = part.subtype
  end
  check.equal({ texts, inner.language, image.parts, body.language }, { {}, {}, {}, {} })
end

tests["a body as deep as the limits allow, and a wide one"] = function()
  local depth = 90
  local octets = "* 1 FETCH (BODYSTRUCTURE " .. ("("):rep(depth) .. '"text" "plain" NIL NIL NIL "7bit" 1 1'
    .. (') "mixed"'):rep(depth - 1) .. "))"
  local body, levels = message_of(octets).body_structure, 0
  while body.multipart do
    levels, body = levels + 1, body.parts[1]
  end
  check.equal({ levels, body.number }, { depth - 1, ("1."):rep(depth - 2) .. "1" })
  local wide = message_of("* 1 FETCH (BODYSTRUCTURE (" .. ('("text" "plain" NIL NIL NIL "7bit" 1 1)'):rep(5000) .. ' "mixed"))')
  check.equal({ #wide.body_structure.parts, wide.body_structure.parts[5000].number }, { 5000, "5000" })
end

tests["what is no part among parts keeps its number"] = function()
  local text, nested = '("text" "plain" NIL NIL NIL "7bit" 1 1)', '(NIL () %s NIL (() %s%s NIL "mixed") () %s "mixed")'
  local body = message_of("* 1 FETCH (BODYSTRUCTURE " .. nested:gsub("%%s", text) .. ")").body_structure
  local numbers = {}
  for part in body:walk() do
    numbers[#numbers + 1] = part.number
  end
  check.equal(table.concat(numbers, " "), " 3 5 5.2 5.3 7")
  check.equal({ #body.parts, #body:part("5").parts, body:part("5.3").subtype, body:part("1") }, { 3, 2, "plain" })
end

tests["parameters"] = function()
  local function params(list)
    return message_of('* 1 FETCH (BODY ("text" "plain" (' .. list .. ') NIL NIL "7bit" 1 1))').body_structure.params
  end
  check.equal(params('"CHARSET" "UTF-8"'), { charset = "UTF-8" })
  check.equal(params('"charset" "utf-8"'), { charset = "utf-8" })
  check.equal(params('"charset" "utf-8" "X-Own" "1"'), { charset = "utf-8", ["x-own"] = "1" })
  check.equal(params('"X-Own" "1" "charset" "utf-8"'), { charset = "utf-8", ["x-own"] = "1" })
  check.equal(params('"charset" "=?UTF-8?Q?=C3=A4?="'), { charset = "ä" })
  check.equal(params('"name" "=?UTF-8?Q?=C3=A4?=" "size" ""'), { name = "ä", size = "" })
  check.equal(params('"name*0" "a" "name*1" "b" "size" "4"'), { name = "ab", size = "4" })
  for i = 1, 200 do
    check.equal(params(('"charset" "x-%d"'):format(i)), { charset = "x-" .. i })
  end
end

-- ---- Messages ----------------------------------------------------------------------------------

tests["items that did not come"] = function()
  local message = message_of("* 7 FETCH (FLAGS (\\Seen))")
  for _, field in ipairs { "uid", "size", "internaldate", "offset_minutes", "modseq", "envelope", "body_structure", "gm_msgid",
    "gm_labels", "email_id", "thread_id", "preview", "save_date" } do
    check.equal(message[field], nil, field)
  end
  check.equal({ message.seq, message.flags, message.sections, message:section("BODY[]"), message.malformed },
    { 7, { "\\Seen" }, {}, nil, false })
  check.equal(message_of("* 7 FETCH (UID 9)").flags, nil)
  check.equal(message_of("* 7 FETCH (UID 9 FLAGS ())").flags, {})
  local zero = message_of('* 7 FETCH (RFC822.SIZE 0 INTERNALDATE "01-Jan-1970 00:00:00 +0000")')
  check.equal({ zero.size, zero.internaldate, zero.offset_minutes }, { 0, 0, 0 })
end

tests["dates and numbers that cannot be read are nil"] = function()
  local message = message_of('* 7 FETCH (UID 9 RFC822.SIZE -1 INTERNALDATE "yesterday" MODSEQ (-1) X-GM-MSGID x X-GM-THRID ())')
  for _, field in ipairs { "size", "internaldate", "offset_minutes", "modseq", "gm_msgid", "gm_thrid" } do
    check.equal(message[field], nil, field)
  end
  check.equal({ message.uid, message.malformed }, { 9, true })
  local short = message_of('* 7 FETCH (INTERNALDATE "4-Jan-2015 16:53:35 +0800" RFC822.SIZE x)')
  check.equal({ short.internaldate, short.offset_minutes, short.size }, { 1420361615, 480, nil })
end

tests["sections"] = function()
  local message = message_of("* 1 FETCH (UID 5 BODY[1.MIME]<3> {4}\r\na\0\r\n BODY[2] NIL BINARY[3] ~{2}\r\n\0\1)")
  local sections = message.sections
  check.equal({ #sections, sections[1].item, sections[1].part, sections[1].origin, sections[1].octets },
    { 3, "BODY[1.MIME]<3>", "1", 3, "a\0\r\n" })
  check.equal({ sections[2].octets, sections[3].octets, sections[3].binary }, { nil, "\0\1", true })
  check.equal({ message:section("body[1.mime]"), message:section("BODY[9]") }, { "a\0\r\n" })
end

tests["what was read stays, what was freed is gone"] = function()
  local response = imap4.parse(NESTED .. "\r\n")
  local message = response.message
  local body = message.body_structure
  response:free()
  response:free()
  check.equal({ body.parts[1].subtype, message.body_structure, message.seq }, { "plain", body, 1 })
  for _, read in ipairs { function() return message:section("BODY[]") end, function() return response.rows end } do
    local is_ok, problem = pcall(read)
    check.equal(is_ok, false)
    check.matches(tostring(problem), "freed")
  end
end

tests["hostile octets raise nothing"] = function()
  local valid = NESTED .. "\r\n"
  local seed = 12345
  local function random(most)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % most + 1
  end
  local read = 0
  for _ = 1, 2000 do
    local at = random(#valid - 2)
    local octet = (' ()"\\{}*N0'):sub(random(10)):sub(1, 1)
    local response = imap4.parse(valid:sub(1, at - 1) .. octet .. valid:sub(at + 1))
    local message = response and response.message
    if message then
      local body, envelope = message.body_structure, message.envelope
      if body then
        for part in body:walk() do
          read = read + (#part_shown(part) > 0 and 1 or 0)
        end
      end
      check.is(envelope == nil or type(envelope) == "table")
    end
  end
  check.is(read > 2000, "parts were read")
end

return tests
