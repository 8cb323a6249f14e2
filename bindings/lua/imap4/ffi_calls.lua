-- Written by tools/bindings/run from include/imap4.h: change that. Each function of the library, as both backends have it: what
-- goes in, in C's order; what comes out, C's result first. See backend_ffi.lua, which brings what this needs.
return function(core, ffi, C, own, borrow, whole)
  local new, sizeof, string_of = ffi.new, ffi.sizeof, ffi.string
  local tonumber, tostring = tonumber, tostring
  local boxes = {
    response = new("imap_response *[1]"), row = new("const imap_response *[1]"), ptr = new("const char *[1]"),
    ptr2 = new("const char *[1]"), len = new("size_t[1]"), len2 = new("size_t[1]"), int = new("int[1]"),
    int32_t = new("int32_t[1]"), uint32_t = new("uint32_t[1]"), uint32_t2 = new("uint32_t[1]"),
    int64_t = new("int64_t[1]"), uint64_t = new("uint64_t[1]"), uint64_t2 = new("uint64_t[1]"),
    size_t = new("size_t[1]"), cursor = new("uint32_t[1]"), numbers = new("const uint32_t *[1]"),
    copied = new("const imap_copied *[1]"),
  }
  local room = new("char[?]", 4096)
  -- A decimal string: not every number of 64 bits is one of Lua's.
  local function id(number)
    if number == 0 then return "0" end
    if number < 9007199254740992ULL then return ("%.0f"):format(tonumber(number)) end
    return (tostring(number):gsub("ULL$", ""))
  end

  local function read_imap_fetch(into, from)
    into.seq = tonumber(from.seq)
    into.uid = tonumber(from.uid)
    into.has = tonumber(from.has)
    into.malformed = tonumber(from.malformed)
    into.flags = tonumber(from.flags)
    into.flags_node = tonumber(from.flags_node)
    into.internaldate = tonumber(from.internaldate)
    into.internaldate_offset_min = tonumber(from.internaldate_offset_min)
    into.internaldate_node = tonumber(from.internaldate_node)
    into.rfc822_size = whole(from.rfc822_size)
    into.modseq = id(from.modseq)
    into.envelope = tonumber(from.envelope)
    into.body = tonumber(from.body)
    into.bodystructure = tonumber(from.bodystructure)
    into.section_count = tonumber(from.section_count)
    into.email_id_node = tonumber(from.email_id_node)
    into.thread_id_node = tonumber(from.thread_id_node)
    into.save_date = tonumber(from.save_date)
    into.save_date_offset_min = tonumber(from.save_date_offset_min)
    into.save_date_node = tonumber(from.save_date_node)
    into.preview_node = tonumber(from.preview_node)
    into.gm_labels_node = tonumber(from.gm_labels_node)
    into.gm_msgid = id(from.gm_msgid)
    into.gm_thrid = id(from.gm_thrid)
    return into
  end
  local imap_fetch = new("imap_fetch")
  local function read_imap_section(into, from)
    into.item = from.item ~= nil and string_of(from.item, from.item_len) or nil
    into.part = from.part ~= nil and string_of(from.part, from.part_len) or nil
    into.kind = tonumber(from.kind)
    into.is_binary = tonumber(from.is_binary)
    into.origin = whole(from.origin)
    into.ptr = from.ptr ~= nil and string_of(from.ptr, from.len) or nil
    into.node = tonumber(from.node)
    into.is_streamed = tonumber(from.is_streamed)
    return into
  end
  local imap_section = new("imap_section")
  local function read_imap_envelope(into, from)
    into.date = from.date ~= nil and string_of(from.date, from.date_len) or nil
    into.subject = from.subject ~= nil and string_of(from.subject, from.subject_len) or nil
    into.in_reply_to = from.in_reply_to ~= nil and string_of(from.in_reply_to, from.in_reply_to_len) or nil
    into.message_id = from.message_id ~= nil and string_of(from.message_id, from.message_id_len) or nil
    into.from = tonumber(from.from)
    into.sender = tonumber(from.sender)
    into.reply_to = tonumber(from.reply_to)
    into.to = tonumber(from.to)
    into.cc = tonumber(from.cc)
    into.bcc = tonumber(from.bcc)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_envelope = new("imap_envelope")
  local function read_imap_address(into, from)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.route = from.route ~= nil and string_of(from.route, from.route_len) or nil
    into.mailbox = from.mailbox ~= nil and string_of(from.mailbox, from.mailbox_len) or nil
    into.host = from.host ~= nil and string_of(from.host, from.host_len) or nil
    into.kind = tonumber(from.kind)
    into.next = tonumber(from.next)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_address = new("imap_address")
  local function read_imap_part(into, from)
    into.media_type = from.media_type ~= nil and string_of(from.media_type, from.media_type_len) or nil
    into.subtype = from.subtype ~= nil and string_of(from.subtype, from.subtype_len) or nil
    into.id = from.id ~= nil and string_of(from.id, from.id_len) or nil
    into.description = from.description ~= nil and string_of(from.description, from.description_len) or nil
    into.encoding = from.encoding ~= nil and string_of(from.encoding, from.encoding_len) or nil
    into.md5 = from.md5 ~= nil and string_of(from.md5, from.md5_len) or nil
    into.disposition = from.disposition ~= nil and string_of(from.disposition, from.disposition_len) or nil
    into.location = from.location ~= nil and string_of(from.location, from.location_len) or nil
    into.octets = tonumber(from.octets)
    into.lines = tonumber(from.lines)
    into.params = tonumber(from.params)
    into.disposition_params = tonumber(from.disposition_params)
    into.language = tonumber(from.language)
    into.envelope = tonumber(from.envelope)
    into.body = tonumber(from.body)
    into.child = tonumber(from.child)
    into.next = tonumber(from.next)
    into.is_multipart = tonumber(from.is_multipart)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_part = new("imap_part")
  local function read_imap_param(into, from)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.value = from.value ~= nil and string_of(from.value, from.value_len) or nil
    into.next = tonumber(from.next)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_param = new("imap_param")
  local function read_imap_list_entry(into, from)
    into.attributes = tonumber(from.attributes)
    into.attribute_list = tonumber(from.attribute_list)
    into.delimiter = tonumber(from.delimiter)
    into.extended = tonumber(from.extended)
    into.childinfo = tonumber(from.childinfo)
    into.malformed = tonumber(from.malformed)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.name_utf8 = from.name_utf8 ~= nil and string_of(from.name_utf8, from.name_utf8_len) or nil
    into.old_name = from.old_name ~= nil and string_of(from.old_name, from.old_name_len) or nil
    into.old_name_utf8 = from.old_name_utf8 ~= nil and string_of(from.old_name_utf8, from.old_name_utf8_len) or nil
    return into
  end
  local imap_list_entry = new("imap_list_entry")
  local function read_imap_mailbox(into, from)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.name_utf8 = from.name_utf8 ~= nil and string_of(from.name_utf8, from.name_utf8_len) or nil
    return into
  end
  local imap_mailbox = new("imap_mailbox")
  local function read_imap_status_data(into, from)
    into.has = tonumber(from.has)
    into.malformed = tonumber(from.malformed)
    into.messages = tonumber(from.messages)
    into.recent = tonumber(from.recent)
    into.unseen = tonumber(from.unseen)
    into.deleted = tonumber(from.deleted)
    into.uidnext = tonumber(from.uidnext)
    into.uidvalidity = tonumber(from.uidvalidity)
    into.octets = whole(from.octets)
    into.deleted_storage = whole(from.deleted_storage)
    into.highestmodseq = id(from.highestmodseq)
    into.appendlimit = whole(from.appendlimit)
    into.mailboxid = from.mailboxid ~= nil and string_of(from.mailboxid, from.mailboxid_len) or nil
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.name_utf8 = from.name_utf8 ~= nil and string_of(from.name_utf8, from.name_utf8_len) or nil
    into.items = tonumber(from.items)
    return into
  end
  local imap_status_data = new("imap_status_data")
  local function read_imap_namespace_entry(into, from)
    into.prefix = from.prefix ~= nil and string_of(from.prefix, from.prefix_len) or nil
    into.prefix_utf8 = from.prefix_utf8 ~= nil and string_of(from.prefix_utf8, from.prefix_utf8_len) or nil
    into.translation = from.translation ~= nil and string_of(from.translation, from.translation_len) or nil
    into.delimiter = tonumber(from.delimiter)
    into.extension = tonumber(from.extension)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_namespace_entry = new("imap_namespace_entry")
  local function read_imap_esearch(into, from)
    into.has = tonumber(from.has)
    into.malformed = tonumber(from.malformed)
    into.is_uid = tonumber(from.is_uid)
    into.min = tonumber(from.min)
    into.max = tonumber(from.max)
    into.count = tonumber(from.count)
    into.modseq = id(from.modseq)
    into.tag = from.tag ~= nil and string_of(from.tag, from.tag_len) or nil
    into.partial_range = from.partial_range ~= nil and string_of(from.partial_range, from.partial_range_len) or nil
    into.all = tonumber(from.all)
    into.partial = tonumber(from.partial)
    into.addto = tonumber(from.addto)
    into.removefrom = tonumber(from.removefrom)
    into.uidvalidity = tonumber(from.uidvalidity)
    return into
  end
  local imap_esearch = new("imap_esearch")
  local function read_imap_vanished(into, from)
    into.is_earlier = tonumber(from.is_earlier)
    into.uids = tonumber(from.uids)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_vanished = new("imap_vanished")
  local function read_imap_thread_node(into, from)
    into.number = tonumber(from.number)
    into.child = tonumber(from.child)
    into.next = tonumber(from.next)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_thread_node = new("imap_thread_node")
  local function read_imap_entry(into, from)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.value = from.value ~= nil and string_of(from.value, from.value_len) or nil
    into.value_node = tonumber(from.value_node)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_entry = new("imap_entry")
  local function read_imap_quota(into, from)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.usage = whole(from.usage)
    into.limit = whole(from.limit)
    into.has_usage = tonumber(from.has_usage)
    into.has_limit = tonumber(from.has_limit)
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_quota = new("imap_quota")
  local function read_imap_rights(into, from)
    into.identifier = from.identifier ~= nil and string_of(from.identifier, from.identifier_len) or nil
    into.rights = from.rights ~= nil and string_of(from.rights, from.rights_len) or nil
    into.malformed = tonumber(from.malformed)
    return into
  end
  local imap_rights = new("imap_rights")
  local function read_imap_code(into, from)
    into.kind = tonumber(from.kind)
    into.malformed = tonumber(from.malformed)
    into.name = from.name ~= nil and string_of(from.name, from.name_len) or nil
    into.text = from.text ~= nil and string_of(from.text, from.text_len) or nil
    into.number = id(from.number)
    into.second = tonumber(from.second)
    into.words = tonumber(from.words)
    into.source = tonumber(from.source)
    into.set = tonumber(from.set)
    into.node = tonumber(from.node)
    return into
  end
  local imap_code = new("imap_code")
  local function read_imap_literal(into, from)
    into.total = whole(from.total)
    into.done = whole(from.done)
    into.number = tonumber(from.number)
    into.uid = tonumber(from.uid)
    into.item = from.item ~= nil and string_of(from.item, from.item_len) or nil
    into.is_binary = tonumber(from.is_binary)
    into.id = tonumber(from.id)
    return into
  end
  local imap_literal = new("imap_literal")
  local function read_imap_tls_info(into, from)
    into.version = from.version ~= nil and string_of(from.version) or nil
    into.cipher = from.cipher ~= nil and string_of(from.cipher) or nil
    into.peer_der = from.peer_der ~= nil and string_of(from.peer_der, from.peer_der_len) or nil
    into.verified = tonumber(from.verified)
    return into
  end
  local imap_tls_info = new("imap_tls_info")
  function core.version_string()
    local rc = C.imap_version_string()
    return rc ~= nil and string_of(rc) or nil
  end
  function core.version_number()
    local rc = C.imap_version_number()
    return rc
  end
  function core.has_feature(name)
    local rc = C.imap_has_feature(name)
    return rc
  end
  function core.error_name(code)
    local rc = C.imap_error_name(code)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.error_text(code)
    local rc = C.imap_error_text(code)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.error_class(code)
    local rc = C.imap_error_class(code)
    return rc
  end
  function core.shutdown(conn)
    C.imap_shutdown(conn.p)
  end
  function core.child_pid(conn)
    boxes.int[0] = 0
    local rc = C.imap_child_pid(conn.p, boxes.int)
    return rc, tonumber(boxes.int[0])
  end
  function core.child_status(conn)
    boxes.int[0] = 0
    local rc = C.imap_child_status(conn.p, boxes.int)
    return rc, tonumber(boxes.int[0])
  end
  function core.conn_state(conn)
    local rc = C.imap_conn_state(conn.p)
    return rc
  end
  function core.state_name(state)
    local rc = C.imap_state_name(state)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.is_readonly(conn)
    local rc = C.imap_is_readonly(conn.p)
    return rc
  end
  function core.utf8_enabled(conn)
    local rc = C.imap_utf8_enabled(conn.p)
    return rc
  end
  function core.protocol_version(conn)
    local rc = C.imap_protocol_version(conn.p)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.greeting(conn)
    boxes.response[0] = nil
    local rc = C.imap_greeting(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.has_capability(conn, name)
    local rc = C.imap_has_capability(conn.p, name)
    return rc
  end
  function core.capability_count(conn)
    local rc = C.imap_capability_count(conn.p)
    return rc
  end
  function core.capability_at(conn, i)
    local rc = C.imap_capability_at(conn.p, i)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.capability_is_stale(conn)
    local rc = C.imap_capability_is_stale(conn.p)
    return rc
  end
  function core.fd(conn)
    local rc = C.imap_fd(conn.p)
    return rc
  end
  function core.last_error(conn)
    local rc = C.imap_last_error(conn.p)
    return rc
  end
  function core.last_message(conn)
    local rc = C.imap_last_message(conn.p)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.last_text(conn)
    local rc = C.imap_last_text(conn.p)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.last_code(conn)
    local rc = C.imap_last_code(conn.p)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.last_errno(conn)
    local rc = C.imap_last_errno(conn.p)
    return rc
  end
  function core.get_int(conn, option)
    boxes.int64_t[0] = 0
    local rc = C.imap_get_int(conn.p, option, boxes.int64_t)
    return rc, tonumber(boxes.int64_t[0])
  end
  function core.get_str(conn, option)
    boxes.ptr[0] = nil
    local rc = C.imap_get_str(conn.p, option, boxes.ptr)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0]) or nil
  end
  function core.set_int(conn, option, value)
    local rc = C.imap_set_int(conn.p, option, value)
    return rc
  end
  function core.set_str(conn, option, value)
    local rc = C.imap_set_str(conn.p, option, value)
    return rc
  end
  function core.wait(conn, id, timeout_ms)
    boxes.response[0] = nil
    local rc = C.imap_wait(conn.p, id, timeout_ms, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.last_id(conn)
    local rc = C.imap_last_id(conn.p)
    return rc
  end
  function core.wakeup(conn)
    local rc = C.imap_wakeup(conn.p)
    return rc
  end
  function core.command_text(conn, line)
    boxes.response[0] = nil
    local rc = C.imap_command_text(conn.p, line, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_xatom(conn, name, args)
    boxes.response[0] = nil
    local rc = C.imap_cmd_xatom(conn.p, name, args, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_uid(conn, command, args)
    boxes.response[0] = nil
    local rc = C.imap_cmd_uid(conn.p, command, args, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_capability(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_capability(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_noop(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_noop(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_logout(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_logout(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_login(conn, user, password)
    boxes.response[0] = nil
    local rc = C.imap_cmd_login(conn.p, user, password, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_enable(conn, capability)
    boxes.response[0] = nil
    local rc = C.imap_cmd_enable(conn.p, capability, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_namespace(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_namespace(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_proxyauth(conn, user)
    boxes.response[0] = nil
    local rc = C.imap_cmd_proxyauth(conn.p, user, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_recent(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_recent(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_select(conn, mailbox, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_select(conn.p, mailbox, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_create(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_create(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_delete(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_delete(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_rename(conn, from, to)
    boxes.response[0] = nil
    local rc = C.imap_cmd_rename(conn.p, from, to, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_subscribe(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_subscribe(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_unsubscribe(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_unsubscribe(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_list(conn, directory, pattern)
    boxes.response[0] = nil
    local rc = C.imap_cmd_list(conn.p, directory, pattern, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_lsub(conn, directory, pattern)
    boxes.response[0] = nil
    local rc = C.imap_cmd_lsub(conn.p, directory, pattern, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_status(conn, mailbox, names)
    boxes.response[0] = nil
    local rc = C.imap_cmd_status(conn.p, mailbox, names, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_check(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_check(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_close(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_close(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_unselect(conn)
    boxes.response[0] = nil
    local rc = C.imap_cmd_unselect(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_fetch(conn, set, items, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_fetch(conn.p, set, items, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_partial(conn, number, part, start, length)
    boxes.response[0] = nil
    local rc = C.imap_cmd_partial(conn.p, number, part, start, length, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_store(conn, set, command, flag_list, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_store(conn.p, set, command, flag_list, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_copy(conn, set, mailbox, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_copy(conn.p, set, mailbox, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_move(conn, set, mailbox, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_move(conn.p, set, mailbox, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_expunge(conn, uid_set)
    boxes.response[0] = nil
    local rc = C.imap_cmd_expunge(conn.p, uid_set, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_search(conn, charset, criteria, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_search(conn.p, charset, criteria, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_sort(conn, sort_criteria, charset, criteria, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_sort(conn.p, sort_criteria, charset, criteria, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_thread(conn, algorithm, charset, criteria, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_thread(conn.p, algorithm, charset, criteria, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_append(conn, mailbox, flag_list, date, message, flags)
    boxes.response[0] = nil
    local rc = C.imap_cmd_append(conn.p, mailbox, flag_list, date, message, message and #message or 0, flags, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_getacl(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_getacl(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_setacl(conn, mailbox, who, what)
    boxes.response[0] = nil
    local rc = C.imap_cmd_setacl(conn.p, mailbox, who, what, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_deleteacl(conn, mailbox, who)
    boxes.response[0] = nil
    local rc = C.imap_cmd_deleteacl(conn.p, mailbox, who, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_myrights(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_myrights(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_getquota(conn, root)
    boxes.response[0] = nil
    local rc = C.imap_cmd_getquota(conn.p, root, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_getquotaroot(conn, mailbox)
    boxes.response[0] = nil
    local rc = C.imap_cmd_getquotaroot(conn.p, mailbox, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_setquota(conn, root, limits)
    boxes.response[0] = nil
    local rc = C.imap_cmd_setquota(conn.p, root, limits, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_getannotation(conn, mailbox, entry, attribute)
    boxes.response[0] = nil
    local rc = C.imap_cmd_getannotation(conn.p, mailbox, entry, attribute, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_setannotation(conn, mailbox, entry, attributes)
    boxes.response[0] = nil
    local rc = C.imap_cmd_setannotation(conn.p, mailbox, entry, attributes, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.response_keep(response)
    boxes.response[0] = nil
    local rc = C.imap_response_keep(response.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.response_status(response)
    local rc = C.imap_response_status(response.p)
    return rc
  end
  function core.response_text(response)
    boxes.ptr[0] = nil
    local rc = C.imap_response_text(response.p, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.response_message(response)
    boxes.ptr[0] = nil
    local rc = C.imap_response_message(response.p, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.response_code(response)
    boxes.ptr[0] = nil
    boxes.ptr2[0] = nil
    local rc = C.imap_response_code(response.p, boxes.ptr, boxes.len, boxes.ptr2, boxes.len2)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil, boxes.ptr2[0] ~= nil and string_of(boxes.ptr2[0], boxes.len2[0]) or nil
  end
  function core.response_name(response)
    local rc = C.imap_response_name(response.p)
    return rc ~= nil and string_of(rc) or nil
  end
  function core.response_number(response)
    boxes.uint32_t[0] = 0
    local rc = C.imap_response_number(response.p, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.response_arrival(response)
    local rc = C.imap_response_arrival(response.p)
    return whole(rc)
  end
  function core.response_raw(response)
    boxes.ptr[0] = nil
    local rc = C.imap_response_raw(response.p, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.response_malformed(response)
    local rc = C.imap_response_malformed(response.p)
    return rc
  end
  function core.response_row_count(response)
    local rc = C.imap_response_row_count(response.p)
    return tonumber(rc)
  end
  function core.response_row(response, i)
    local rc = C.imap_response_row(response.p, i)
    return borrow(rc)
  end
  function core.response_item_count(response, name)
    local rc = C.imap_response_item_count(response.p, name)
    return tonumber(rc)
  end
  function core.response_item(response, name, i)
    boxes.ptr[0] = nil
    boxes.ptr2[0] = nil
    local rc = C.imap_response_item(response.p, name, i, boxes.ptr, boxes.len, boxes.ptr2, boxes.len2)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil, boxes.ptr2[0] ~= nil and string_of(boxes.ptr2[0], boxes.len2[0]) or nil
  end
  function core.node_kind(response, node)
    local rc = C.imap_node_kind(response.p, node)
    return rc
  end
  function core.node_text(response, node)
    boxes.ptr[0] = nil
    local rc = C.imap_node_text(response.p, node, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.node_raw(response, node)
    boxes.ptr[0] = nil
    local rc = C.imap_node_raw(response.p, node, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.node_number(response, node)
    boxes.uint64_t[0] = 0
    local rc = C.imap_node_number(response.p, node, boxes.uint64_t)
    return rc, whole(boxes.uint64_t[0])
  end
  function core.node_first(response, parent)
    local rc = C.imap_node_first(response.p, parent)
    return rc
  end
  function core.node_next(response, node)
    local rc = C.imap_node_next(response.p, node)
    return rc
  end
  function core.node_count(response, parent)
    local rc = C.imap_node_count(response.p, parent)
    return rc
  end
  function core.node_at(response, parent, i)
    local rc = C.imap_node_at(response.p, parent, i)
    return rc
  end
  function core.node_find(response, list, name)
    local rc = C.imap_node_find(response.p, list, name)
    return rc
  end
  function core.response_kind(response)
    local rc = C.imap_response_kind(response.p)
    return rc
  end
  function core.fetch_get(response, into)
    local rc = C.imap_fetch_get(response.p, imap_fetch, sizeof(imap_fetch))
    return rc, rc == 0 and read_imap_fetch(into or {}, imap_fetch) or nil
  end
  function core.section_get(response, i, into)
    local rc = C.imap_section_get(response.p, i, imap_section, sizeof(imap_section))
    return rc, rc == 0 and read_imap_section(into or {}, imap_section) or nil
  end
  function core.section_find(response, item, into)
    local rc = C.imap_section_find(response.p, item, imap_section, sizeof(imap_section))
    return rc, rc == 0 and read_imap_section(into or {}, imap_section) or nil
  end
  function core.envelope_get(response, node, into)
    local rc = C.imap_envelope_get(response.p, node, imap_envelope, sizeof(imap_envelope))
    return rc, rc == 0 and read_imap_envelope(into or {}, imap_envelope) or nil
  end
  function core.address_get(response, node, into)
    local rc = C.imap_address_get(response.p, node, imap_address, sizeof(imap_address))
    return rc, rc == 0 and read_imap_address(into or {}, imap_address) or nil
  end
  function core.part_get(response, node, into)
    local rc = C.imap_part_get(response.p, node, imap_part, sizeof(imap_part))
    return rc, rc == 0 and read_imap_part(into or {}, imap_part) or nil
  end
  function core.param_get(response, node, into)
    local rc = C.imap_param_get(response.p, node, imap_param, sizeof(imap_param))
    return rc, rc == 0 and read_imap_param(into or {}, imap_param) or nil
  end
  function core.part_find(response, body, number)
    boxes.uint32_t[0] = 0
    local rc = C.imap_part_find(response.p, body, number, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.part_number(response, body, node)
    local rc = C.imap_part_number(response.p, body, node, room, 4096)
    return rc, rc == 0 and string_of(room) or nil
  end
  function core.part_search(response, body, after, media_type, disposition)
    boxes.uint32_t[0] = 0
    local rc = C.imap_part_search(response.p, body, after, media_type, disposition, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.part_search_all(response, body, media_type, disposition)
    boxes.size_t[0] = 0
    C.imap_part_search_all(response.p, body, media_type, disposition, nil, 0, boxes.size_t)
    local n = tonumber(boxes.size_t[0])
    local nodes = new("uint32_t[?]", n + 1)
    local rc = C.imap_part_search_all(response.p, body, media_type, disposition, nodes, n, boxes.size_t)
    return rc, rc == 0 and core.numbers(nodes, n) or nil
  end
  function core.header_decode(text)
    boxes.size_t[0] = 0
    local rc = C.imap_header_decode(text, text and #text or 0, room, 4096, boxes.size_t)
    local n = tonumber(boxes.size_t[0])
    if n >= 4096 then
      local big = new("char[?]", n + 1)
      rc = C.imap_header_decode(text, text and #text or 0, big, n + 1, boxes.size_t)
      return rc, rc == 0 and string_of(big, n) or nil
    end
    return rc, rc == 0 and string_of(room, n) or nil
  end
  function core.param_find(response, node, name)
    boxes.size_t[0] = 0
    local rc = C.imap_param_find(response.p, node, name, room, 4096, boxes.size_t)
    local n = tonumber(boxes.size_t[0])
    if n >= 4096 then
      local big = new("char[?]", n + 1)
      rc = C.imap_param_find(response.p, node, name, big, n + 1, boxes.size_t)
      return rc, rc == 0 and string_of(big, n) or nil
    end
    return rc, rc == 0 and string_of(room, n) or nil
  end
  function core.list_get(response, into)
    local rc = C.imap_list_get(response.p, imap_list_entry, sizeof(imap_list_entry))
    return rc, rc == 0 and read_imap_list_entry(into or {}, imap_list_entry) or nil
  end
  function core.mailbox_get(response, into)
    local rc = C.imap_mailbox_get(response.p, imap_mailbox, sizeof(imap_mailbox))
    return rc, rc == 0 and read_imap_mailbox(into or {}, imap_mailbox) or nil
  end
  function core.status_get(response, into)
    local rc = C.imap_status_get(response.p, imap_status_data, sizeof(imap_status_data))
    return rc, rc == 0 and read_imap_status_data(into or {}, imap_status_data) or nil
  end
  function core.namespace_next(response, which, cursor, into)
    boxes.cursor[0] = cursor
    local rc = C.imap_namespace_next(response.p, which, boxes.cursor, imap_namespace_entry, sizeof(imap_namespace_entry))
    return rc, boxes.cursor[0], rc == 0 and read_imap_namespace_entry(into or {}, imap_namespace_entry) or nil
  end
  function core.numbers_get(response)
    local rc = C.imap_numbers_get(response.p, boxes.numbers, boxes.size_t)
    return rc, rc == 0 and core.numbers(boxes.numbers[0], tonumber(boxes.size_t[0])) or nil
  end
  function core.numbers_malformed(response)
    local rc = C.imap_numbers_malformed(response.p)
    return rc
  end
  function core.search_modseq(response)
    boxes.uint64_t[0] = 0
    local rc = C.imap_search_modseq(response.p, boxes.uint64_t)
    return rc, id(boxes.uint64_t[0])
  end
  function core.set_next(response, node, cursor)
    boxes.cursor[0] = cursor
    boxes.uint32_t[0] = 0
    boxes.uint32_t2[0] = 0
    local rc = C.imap_set_next(response.p, node, boxes.cursor, boxes.uint32_t, boxes.uint32_t2)
    return rc, boxes.cursor[0], tonumber(boxes.uint32_t[0]), tonumber(boxes.uint32_t2[0])
  end
  function core.esearch_get(response, into)
    local rc = C.imap_esearch_get(response.p, imap_esearch, sizeof(imap_esearch))
    return rc, rc == 0 and read_imap_esearch(into or {}, imap_esearch) or nil
  end
  function core.vanished_get(response, into)
    local rc = C.imap_vanished_get(response.p, imap_vanished, sizeof(imap_vanished))
    return rc, rc == 0 and read_imap_vanished(into or {}, imap_vanished) or nil
  end
  function core.thread_get(response, node, into)
    local rc = C.imap_thread_get(response.p, node, imap_thread_node, sizeof(imap_thread_node))
    return rc, rc == 0 and read_imap_thread_node(into or {}, imap_thread_node) or nil
  end
  function core.word_next(response, list, cursor)
    boxes.cursor[0] = cursor
    boxes.ptr[0] = nil
    local rc = C.imap_word_next(response.p, list, boxes.cursor, boxes.ptr, boxes.len)
    return rc, boxes.cursor[0], boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.entry_next(response, cursor, into)
    boxes.cursor[0] = cursor
    local rc = C.imap_entry_next(response.p, boxes.cursor, imap_entry, sizeof(imap_entry))
    return rc, boxes.cursor[0], rc == 0 and read_imap_entry(into or {}, imap_entry) or nil
  end
  function core.pair_next(response, list, cursor, into)
    boxes.cursor[0] = cursor
    local rc = C.imap_pair_next(response.p, list, boxes.cursor, imap_entry, sizeof(imap_entry))
    return rc, boxes.cursor[0], rc == 0 and read_imap_entry(into or {}, imap_entry) or nil
  end
  function core.quota_root(response)
    boxes.ptr[0] = nil
    local rc = C.imap_quota_root(response.p, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.quota_next(response, cursor, into)
    boxes.cursor[0] = cursor
    local rc = C.imap_quota_next(response.p, boxes.cursor, imap_quota, sizeof(imap_quota))
    return rc, boxes.cursor[0], rc == 0 and read_imap_quota(into or {}, imap_quota) or nil
  end
  function core.acl_next(response, cursor, into)
    boxes.cursor[0] = cursor
    local rc = C.imap_acl_next(response.p, boxes.cursor, imap_rights, sizeof(imap_rights))
    return rc, boxes.cursor[0], rc == 0 and read_imap_rights(into or {}, imap_rights) or nil
  end
  function core.rights_get(response, into)
    local rc = C.imap_rights_get(response.p, imap_rights, sizeof(imap_rights))
    return rc, rc == 0 and read_imap_rights(into or {}, imap_rights) or nil
  end
  function core.code_get(response, into)
    local rc = C.imap_code_get(response.p, imap_code, sizeof(imap_code))
    return rc, rc == 0 and read_imap_code(into or {}, imap_code) or nil
  end
  function core.copyuid_get(response)
    local rc = C.imap_copyuid_get(response.p, boxes.copied, boxes.size_t)
    return rc, rc == 0 and core.copied(boxes.copied[0], tonumber(boxes.size_t[0])) or nil
  end
  function core.copyuid_map(response, uid)
    boxes.uint32_t[0] = 0
    local rc = C.imap_copyuid_map(response.p, uid, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.event_next(conn)
    boxes.response[0] = nil
    local rc = C.imap_event_next(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.untagged(conn, name)
    boxes.response[0] = nil
    local rc = C.imap_untagged(conn.p, name, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.submit_text(conn, line)
    boxes.uint32_t[0] = 0
    local rc = C.imap_submit_text(conn.p, line, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.queue_begin(conn)
    local rc = C.imap_queue_begin(conn.p)
    return rc
  end
  function core.queue_end(conn)
    local rc = C.imap_queue_end(conn.p)
    return rc
  end
  function core.completed(conn, timeout_ms)
    boxes.uint32_t[0] = 0
    local rc = C.imap_completed(conn.p, timeout_ms, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.discard(conn, id)
    local rc = C.imap_discard(conn.p, id)
    return rc
  end
  function core.next(conn, id, timeout_ms)
    local rc = C.imap_next(conn.p, id, timeout_ms, boxes.row)
    return rc, borrow(boxes.row[0])
  end
  function core.progress(conn, id)
    boxes.uint64_t[0] = 0
    boxes.uint64_t2[0] = 0
    local rc = C.imap_progress(conn.p, id, boxes.uint64_t, boxes.uint64_t2)
    return rc, whole(boxes.uint64_t[0]), whole(boxes.uint64_t2[0])
  end
  function core.literal_info(conn, into)
    local rc = C.imap_literal_info(conn.p, imap_literal, sizeof(imap_literal))
    return rc, rc == 0 and read_imap_literal(into or {}, imap_literal) or nil
  end
  function core.literal_to_fd(conn, fd)
    local rc = C.imap_literal_to_fd(conn.p, fd)
    return rc
  end
  function core.literal_skip(conn)
    local rc = C.imap_literal_skip(conn.p)
    return rc
  end
  function core.append_begin(conn, mailbox)
    boxes.uint32_t[0] = 0
    local rc = C.imap_append_begin(conn.p, mailbox, boxes.uint32_t)
    return rc, tonumber(boxes.uint32_t[0])
  end
  function core.append_message(conn, flags, date, size)
    local rc = C.imap_append_message(conn.p, flags, date, core.u64(size))
    return rc
  end
  function core.literal_from_fd(conn, fd)
    local rc = C.imap_literal_from_fd(conn.p, fd)
    return rc
  end
  function core.append_end(conn)
    boxes.response[0] = nil
    local rc = C.imap_append_end(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_append_fd(conn, mailbox, flags, date, fd, size)
    boxes.response[0] = nil
    local rc = C.imap_cmd_append_fd(conn.p, mailbox, flags, date, fd, core.u64(size), boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.idle_begin(conn)
    local rc = C.imap_idle_begin(conn.p)
    return rc
  end
  function core.idle_wait(conn, timeout_ms)
    local rc = C.imap_idle_wait(conn.p, timeout_ms)
    return rc
  end
  function core.idle_end(conn)
    local rc = C.imap_idle_end(conn.p)
    return rc
  end
  function core.wants(conn)
    local rc = C.imap_wants(conn.p)
    return rc
  end
  function core.write_fd(conn)
    local rc = C.imap_write_fd(conn.p)
    return rc
  end
  function core.timeout(conn)
    local rc = C.imap_timeout(conn.p)
    return rc
  end
  function core.step(conn, ready)
    local rc = C.imap_step(conn.p, ready)
    return rc
  end
  function core.cmd_authenticate(conn, mechanism, authzid, user, password)
    boxes.response[0] = nil
    local rc = C.imap_cmd_authenticate(conn.p, mechanism, authzid, user, password, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.cmd_login_cram_md5(conn, user, password)
    boxes.response[0] = nil
    local rc = C.imap_cmd_login_cram_md5(conn.p, user, password, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.auth_begin(conn, mechanism, initial)
    boxes.response[0] = nil
    local rc = C.imap_auth_begin(conn.p, mechanism, initial, initial and #initial or 0, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.auth_challenge(conn)
    boxes.ptr[0] = nil
    local rc = C.imap_auth_challenge(conn.p, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.auth_reply(conn, reply)
    boxes.response[0] = nil
    local rc = C.imap_auth_reply(conn.p, reply, reply and #reply or 0, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.auth_cancel(conn)
    boxes.response[0] = nil
    local rc = C.imap_auth_cancel(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.starttls(conn)
    boxes.response[0] = nil
    local rc = C.imap_starttls(conn.p, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.tls_info_get(conn, into)
    local rc = C.imap_tls_info_get(conn.p, imap_tls_info, sizeof(imap_tls_info))
    return rc, rc == 0 and read_imap_tls_info(into or {}, imap_tls_info) or nil
  end
  function core.trace_count(conn)
    local rc = C.imap_trace_count(conn.p)
    return rc
  end
  function core.trace_line(conn, i)
    boxes.ptr[0] = nil
    boxes.int64_t[0] = 0
    local rc = C.imap_trace_line(conn.p, i, boxes.ptr, boxes.len, boxes.int64_t)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil, tonumber(boxes.int64_t[0])
  end
  function core.trace_clear(conn)
    local rc = C.imap_trace_clear(conn.p)
    return rc
  end
  function core.internaldate_parse(text)
    boxes.int64_t[0] = 0
    boxes.int32_t[0] = 0
    local rc = C.imap_internaldate_parse(text, text and #text or 0, boxes.int64_t, boxes.int32_t)
    return rc, tonumber(boxes.int64_t[0]), tonumber(boxes.int32_t[0])
  end
  function core.internaldate_format(seconds, offset_min)
    local rc = C.imap_internaldate_format(seconds, offset_min, room, 4096)
    return rc, rc == 0 and string_of(room) or nil
  end
  function core.int_to_ap(number)
    local rc = C.imap_int_to_ap(core.u64(number), room, 4096)
    return rc, rc == 0 and string_of(room) or nil
  end
  function core.flags_parse(text)
    boxes.response[0] = nil
    local rc = C.imap_flags_parse(text, text and #text or 0, boxes.response)
    return rc, own(boxes.response[0])
  end
  function core.utf7_encode(text)
    boxes.size_t[0] = 0
    local rc = C.imap_utf7_encode(text, text and #text or 0, room, 4096, boxes.size_t)
    local n = tonumber(boxes.size_t[0])
    if n >= 4096 then
      local big = new("char[?]", n + 1)
      rc = C.imap_utf7_encode(text, text and #text or 0, big, n + 1, boxes.size_t)
      return rc, rc == 0 and string_of(big, n) or nil
    end
    return rc, rc == 0 and string_of(room, n) or nil
  end
  function core.utf7_decode(text)
    boxes.size_t[0] = 0
    local rc = C.imap_utf7_decode(text, text and #text or 0, room, 4096, boxes.size_t)
    local n = tonumber(boxes.size_t[0])
    if n >= 4096 then
      local big = new("char[?]", n + 1)
      rc = C.imap_utf7_decode(text, text and #text or 0, big, n + 1, boxes.size_t)
      return rc, rc == 0 and string_of(big, n) or nil
    end
    return rc, rc == 0 and string_of(room, n) or nil
  end
  function core.raw_send(conn, octets)
    local rc = C.imap_raw_send(conn.p, octets, octets and #octets or 0)
    return rc
  end
  function core.raw_readline(conn)
    boxes.ptr[0] = nil
    local rc = C.imap_raw_readline(conn.p, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
  function core.raw_read(conn, n)
    boxes.ptr[0] = nil
    local rc = C.imap_raw_read(conn.p, n, boxes.ptr, boxes.len)
    return rc, boxes.ptr[0] ~= nil and string_of(boxes.ptr[0], boxes.len[0]) or nil
  end
end
