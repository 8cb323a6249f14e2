/* Written by tools/bindings/run from include/imap4.h: change that. Each function of the library, as both backends have it: what goes
 * in, in C's order; what comes out, C's result first. Included by imap4_core.c, which has what this needs. No function of
 * Lua that may raise an error is called between a call of the library and the moment its result is held by Lua. */

static void push_imap_fetch(lua_State *L, int rc, int into, const imap_fetch *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->seq);
    lua_setfield(L, -2, "seq");
    lua_pushinteger(L, (lua_Integer)from->uid);
    lua_setfield(L, -2, "uid");
    lua_pushinteger(L, (lua_Integer)from->has);
    lua_setfield(L, -2, "has");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
    lua_pushinteger(L, (lua_Integer)from->flags);
    lua_setfield(L, -2, "flags");
    lua_pushinteger(L, (lua_Integer)from->flags_node);
    lua_setfield(L, -2, "flags_node");
    lua_pushinteger(L, (lua_Integer)from->internaldate);
    lua_setfield(L, -2, "internaldate");
    lua_pushinteger(L, (lua_Integer)from->internaldate_offset_min);
    lua_setfield(L, -2, "internaldate_offset_min");
    lua_pushinteger(L, (lua_Integer)from->internaldate_node);
    lua_setfield(L, -2, "internaldate_node");
    push_whole(L, from->rfc822_size);
    lua_setfield(L, -2, "rfc822_size");
    push_id(L, from->modseq);
    lua_setfield(L, -2, "modseq");
    lua_pushinteger(L, (lua_Integer)from->envelope);
    lua_setfield(L, -2, "envelope");
    lua_pushinteger(L, (lua_Integer)from->body);
    lua_setfield(L, -2, "body");
    lua_pushinteger(L, (lua_Integer)from->bodystructure);
    lua_setfield(L, -2, "bodystructure");
    lua_pushinteger(L, (lua_Integer)from->section_count);
    lua_setfield(L, -2, "section_count");
    lua_pushinteger(L, (lua_Integer)from->email_id_node);
    lua_setfield(L, -2, "email_id_node");
    lua_pushinteger(L, (lua_Integer)from->thread_id_node);
    lua_setfield(L, -2, "thread_id_node");
    lua_pushinteger(L, (lua_Integer)from->save_date);
    lua_setfield(L, -2, "save_date");
    lua_pushinteger(L, (lua_Integer)from->save_date_offset_min);
    lua_setfield(L, -2, "save_date_offset_min");
    lua_pushinteger(L, (lua_Integer)from->save_date_node);
    lua_setfield(L, -2, "save_date_node");
    lua_pushinteger(L, (lua_Integer)from->preview_node);
    lua_setfield(L, -2, "preview_node");
    lua_pushinteger(L, (lua_Integer)from->gm_labels_node);
    lua_setfield(L, -2, "gm_labels_node");
    push_id(L, from->gm_msgid);
    lua_setfield(L, -2, "gm_msgid");
    push_id(L, from->gm_thrid);
    lua_setfield(L, -2, "gm_thrid");
}

static void push_imap_section(lua_State *L, int rc, int into, const imap_section *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->item, from->item_len);
    lua_setfield(L, -2, "item");
    push_text(L, from->part, from->part_len);
    lua_setfield(L, -2, "part");
    lua_pushinteger(L, (lua_Integer)from->kind);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, (lua_Integer)from->is_binary);
    lua_setfield(L, -2, "is_binary");
    push_whole(L, from->origin);
    lua_setfield(L, -2, "origin");
    push_text(L, from->ptr, from->len);
    lua_setfield(L, -2, "ptr");
    lua_pushinteger(L, (lua_Integer)from->node);
    lua_setfield(L, -2, "node");
    lua_pushinteger(L, (lua_Integer)from->is_streamed);
    lua_setfield(L, -2, "is_streamed");
}

static void push_imap_envelope(lua_State *L, int rc, int into, const imap_envelope *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->date, from->date_len);
    lua_setfield(L, -2, "date");
    push_text(L, from->subject, from->subject_len);
    lua_setfield(L, -2, "subject");
    push_text(L, from->in_reply_to, from->in_reply_to_len);
    lua_setfield(L, -2, "in_reply_to");
    push_text(L, from->message_id, from->message_id_len);
    lua_setfield(L, -2, "message_id");
    lua_pushinteger(L, (lua_Integer)from->from);
    lua_setfield(L, -2, "from");
    lua_pushinteger(L, (lua_Integer)from->sender);
    lua_setfield(L, -2, "sender");
    lua_pushinteger(L, (lua_Integer)from->reply_to);
    lua_setfield(L, -2, "reply_to");
    lua_pushinteger(L, (lua_Integer)from->to);
    lua_setfield(L, -2, "to");
    lua_pushinteger(L, (lua_Integer)from->cc);
    lua_setfield(L, -2, "cc");
    lua_pushinteger(L, (lua_Integer)from->bcc);
    lua_setfield(L, -2, "bcc");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_address(lua_State *L, int rc, int into, const imap_address *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->route, from->route_len);
    lua_setfield(L, -2, "route");
    push_text(L, from->mailbox, from->mailbox_len);
    lua_setfield(L, -2, "mailbox");
    push_text(L, from->host, from->host_len);
    lua_setfield(L, -2, "host");
    lua_pushinteger(L, (lua_Integer)from->kind);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, (lua_Integer)from->next);
    lua_setfield(L, -2, "next");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_part(lua_State *L, int rc, int into, const imap_part *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->media_type, from->media_type_len);
    lua_setfield(L, -2, "media_type");
    push_text(L, from->subtype, from->subtype_len);
    lua_setfield(L, -2, "subtype");
    push_text(L, from->id, from->id_len);
    lua_setfield(L, -2, "id");
    push_text(L, from->description, from->description_len);
    lua_setfield(L, -2, "description");
    push_text(L, from->encoding, from->encoding_len);
    lua_setfield(L, -2, "encoding");
    push_text(L, from->md5, from->md5_len);
    lua_setfield(L, -2, "md5");
    push_text(L, from->disposition, from->disposition_len);
    lua_setfield(L, -2, "disposition");
    push_text(L, from->location, from->location_len);
    lua_setfield(L, -2, "location");
    lua_pushinteger(L, (lua_Integer)from->octets);
    lua_setfield(L, -2, "octets");
    lua_pushinteger(L, (lua_Integer)from->lines);
    lua_setfield(L, -2, "lines");
    lua_pushinteger(L, (lua_Integer)from->params);
    lua_setfield(L, -2, "params");
    lua_pushinteger(L, (lua_Integer)from->disposition_params);
    lua_setfield(L, -2, "disposition_params");
    lua_pushinteger(L, (lua_Integer)from->language);
    lua_setfield(L, -2, "language");
    lua_pushinteger(L, (lua_Integer)from->envelope);
    lua_setfield(L, -2, "envelope");
    lua_pushinteger(L, (lua_Integer)from->body);
    lua_setfield(L, -2, "body");
    lua_pushinteger(L, (lua_Integer)from->child);
    lua_setfield(L, -2, "child");
    lua_pushinteger(L, (lua_Integer)from->next);
    lua_setfield(L, -2, "next");
    lua_pushinteger(L, (lua_Integer)from->is_multipart);
    lua_setfield(L, -2, "is_multipart");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_param(lua_State *L, int rc, int into, const imap_param *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->value, from->value_len);
    lua_setfield(L, -2, "value");
    lua_pushinteger(L, (lua_Integer)from->next);
    lua_setfield(L, -2, "next");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_list_entry(lua_State *L, int rc, int into, const imap_list_entry *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->attributes);
    lua_setfield(L, -2, "attributes");
    lua_pushinteger(L, (lua_Integer)from->attribute_list);
    lua_setfield(L, -2, "attribute_list");
    lua_pushinteger(L, (lua_Integer)from->delimiter);
    lua_setfield(L, -2, "delimiter");
    lua_pushinteger(L, (lua_Integer)from->extended);
    lua_setfield(L, -2, "extended");
    lua_pushinteger(L, (lua_Integer)from->childinfo);
    lua_setfield(L, -2, "childinfo");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->name_utf8, from->name_utf8_len);
    lua_setfield(L, -2, "name_utf8");
    push_text(L, from->old_name, from->old_name_len);
    lua_setfield(L, -2, "old_name");
    push_text(L, from->old_name_utf8, from->old_name_utf8_len);
    lua_setfield(L, -2, "old_name_utf8");
}

static void push_imap_mailbox(lua_State *L, int rc, int into, const imap_mailbox *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->name_utf8, from->name_utf8_len);
    lua_setfield(L, -2, "name_utf8");
}

static void push_imap_status_data(lua_State *L, int rc, int into, const imap_status_data *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->has);
    lua_setfield(L, -2, "has");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
    lua_pushinteger(L, (lua_Integer)from->messages);
    lua_setfield(L, -2, "messages");
    lua_pushinteger(L, (lua_Integer)from->recent);
    lua_setfield(L, -2, "recent");
    lua_pushinteger(L, (lua_Integer)from->unseen);
    lua_setfield(L, -2, "unseen");
    lua_pushinteger(L, (lua_Integer)from->deleted);
    lua_setfield(L, -2, "deleted");
    lua_pushinteger(L, (lua_Integer)from->uidnext);
    lua_setfield(L, -2, "uidnext");
    lua_pushinteger(L, (lua_Integer)from->uidvalidity);
    lua_setfield(L, -2, "uidvalidity");
    push_whole(L, from->octets);
    lua_setfield(L, -2, "octets");
    push_whole(L, from->deleted_storage);
    lua_setfield(L, -2, "deleted_storage");
    push_id(L, from->highestmodseq);
    lua_setfield(L, -2, "highestmodseq");
    push_whole(L, from->appendlimit);
    lua_setfield(L, -2, "appendlimit");
    push_text(L, from->mailboxid, from->mailboxid_len);
    lua_setfield(L, -2, "mailboxid");
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->name_utf8, from->name_utf8_len);
    lua_setfield(L, -2, "name_utf8");
    lua_pushinteger(L, (lua_Integer)from->items);
    lua_setfield(L, -2, "items");
}

static void push_imap_namespace_entry(lua_State *L, int rc, int into, const imap_namespace_entry *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->prefix, from->prefix_len);
    lua_setfield(L, -2, "prefix");
    push_text(L, from->prefix_utf8, from->prefix_utf8_len);
    lua_setfield(L, -2, "prefix_utf8");
    push_text(L, from->translation, from->translation_len);
    lua_setfield(L, -2, "translation");
    lua_pushinteger(L, (lua_Integer)from->delimiter);
    lua_setfield(L, -2, "delimiter");
    lua_pushinteger(L, (lua_Integer)from->extension);
    lua_setfield(L, -2, "extension");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_esearch(lua_State *L, int rc, int into, const imap_esearch *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->has);
    lua_setfield(L, -2, "has");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
    lua_pushinteger(L, (lua_Integer)from->is_uid);
    lua_setfield(L, -2, "is_uid");
    lua_pushinteger(L, (lua_Integer)from->min);
    lua_setfield(L, -2, "min");
    lua_pushinteger(L, (lua_Integer)from->max);
    lua_setfield(L, -2, "max");
    lua_pushinteger(L, (lua_Integer)from->count);
    lua_setfield(L, -2, "count");
    push_id(L, from->modseq);
    lua_setfield(L, -2, "modseq");
    push_text(L, from->tag, from->tag_len);
    lua_setfield(L, -2, "tag");
    push_text(L, from->partial_range, from->partial_range_len);
    lua_setfield(L, -2, "partial_range");
    lua_pushinteger(L, (lua_Integer)from->all);
    lua_setfield(L, -2, "all");
    lua_pushinteger(L, (lua_Integer)from->partial);
    lua_setfield(L, -2, "partial");
    lua_pushinteger(L, (lua_Integer)from->addto);
    lua_setfield(L, -2, "addto");
    lua_pushinteger(L, (lua_Integer)from->removefrom);
    lua_setfield(L, -2, "removefrom");
    lua_pushinteger(L, (lua_Integer)from->uidvalidity);
    lua_setfield(L, -2, "uidvalidity");
}

static void push_imap_vanished(lua_State *L, int rc, int into, const imap_vanished *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->is_earlier);
    lua_setfield(L, -2, "is_earlier");
    lua_pushinteger(L, (lua_Integer)from->uids);
    lua_setfield(L, -2, "uids");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_thread_node(lua_State *L, int rc, int into, const imap_thread_node *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->number);
    lua_setfield(L, -2, "number");
    lua_pushinteger(L, (lua_Integer)from->child);
    lua_setfield(L, -2, "child");
    lua_pushinteger(L, (lua_Integer)from->next);
    lua_setfield(L, -2, "next");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_entry(lua_State *L, int rc, int into, const imap_entry *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->value, from->value_len);
    lua_setfield(L, -2, "value");
    lua_pushinteger(L, (lua_Integer)from->value_node);
    lua_setfield(L, -2, "value_node");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_quota(lua_State *L, int rc, int into, const imap_quota *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_whole(L, from->usage);
    lua_setfield(L, -2, "usage");
    push_whole(L, from->limit);
    lua_setfield(L, -2, "limit");
    lua_pushinteger(L, (lua_Integer)from->has_usage);
    lua_setfield(L, -2, "has_usage");
    lua_pushinteger(L, (lua_Integer)from->has_limit);
    lua_setfield(L, -2, "has_limit");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_rights(lua_State *L, int rc, int into, const imap_rights *from) {
    if (!push_into(L, rc, into))
        return;
    push_text(L, from->identifier, from->identifier_len);
    lua_setfield(L, -2, "identifier");
    push_text(L, from->rights, from->rights_len);
    lua_setfield(L, -2, "rights");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
}

static void push_imap_code(lua_State *L, int rc, int into, const imap_code *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushinteger(L, (lua_Integer)from->kind);
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, (lua_Integer)from->malformed);
    lua_setfield(L, -2, "malformed");
    push_text(L, from->name, from->name_len);
    lua_setfield(L, -2, "name");
    push_text(L, from->text, from->text_len);
    lua_setfield(L, -2, "text");
    push_id(L, from->number);
    lua_setfield(L, -2, "number");
    lua_pushinteger(L, (lua_Integer)from->second);
    lua_setfield(L, -2, "second");
    lua_pushinteger(L, (lua_Integer)from->words);
    lua_setfield(L, -2, "words");
    lua_pushinteger(L, (lua_Integer)from->source);
    lua_setfield(L, -2, "source");
    lua_pushinteger(L, (lua_Integer)from->set);
    lua_setfield(L, -2, "set");
    lua_pushinteger(L, (lua_Integer)from->node);
    lua_setfield(L, -2, "node");
}

static void push_imap_literal(lua_State *L, int rc, int into, const imap_literal *from) {
    if (!push_into(L, rc, into))
        return;
    push_whole(L, from->total);
    lua_setfield(L, -2, "total");
    push_whole(L, from->done);
    lua_setfield(L, -2, "done");
    lua_pushinteger(L, (lua_Integer)from->number);
    lua_setfield(L, -2, "number");
    lua_pushinteger(L, (lua_Integer)from->uid);
    lua_setfield(L, -2, "uid");
    push_text(L, from->item, from->item_len);
    lua_setfield(L, -2, "item");
    lua_pushinteger(L, (lua_Integer)from->is_binary);
    lua_setfield(L, -2, "is_binary");
    lua_pushinteger(L, (lua_Integer)from->id);
    lua_setfield(L, -2, "id");
}

static void push_imap_tls_info(lua_State *L, int rc, int into, const imap_tls_info *from) {
    if (!push_into(L, rc, into))
        return;
    lua_pushstring(L, from->version);
    lua_setfield(L, -2, "version");
    lua_pushstring(L, from->cipher);
    lua_setfield(L, -2, "cipher");
    push_text(L, from->peer_der, from->peer_der_len);
    lua_setfield(L, -2, "peer_der");
    lua_pushinteger(L, (lua_Integer)from->verified);
    lua_setfield(L, -2, "verified");
}

static int call_version_string(lua_State *L) {
    const char *rc;
    rc = imap_version_string();
    lua_pushstring(L, rc);
    return 1;
}

static int call_version_number(lua_State *L) {
    int rc;
    rc = imap_version_number();
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_has_feature(lua_State *L) {
    const char *name = text_at(L, 1);
    int rc;
    rc = imap_has_feature(name);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_error_name(lua_State *L) {
    int code = (int)number_at(L, 1);
    const char *rc;
    rc = imap_error_name(code);
    lua_pushstring(L, rc);
    return 1;
}

static int call_error_text(lua_State *L) {
    int code = (int)number_at(L, 1);
    const char *rc;
    rc = imap_error_text(code);
    lua_pushstring(L, rc);
    return 1;
}

static int call_error_class(lua_State *L) {
    int code = (int)number_at(L, 1);
    int rc;
    rc = imap_error_class(code);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_shutdown(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_shutdown(conn);
    return 0;
}

static int call_child_pid(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int pid = 0;
    int rc;
    rc = imap_child_pid(conn, &pid);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)pid);
    return 2;
}

static int call_child_status(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int status = 0;
    int rc;
    rc = imap_child_status(conn, &status);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)status);
    return 2;
}

static int call_conn_state(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_conn_state(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_state_name(lua_State *L) {
    int state = (int)number_at(L, 1);
    const char *rc;
    rc = imap_state_name(state);
    lua_pushstring(L, rc);
    return 1;
}

static int call_is_readonly(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_is_readonly(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_utf8_enabled(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_utf8_enabled(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_protocol_version(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *rc;
    rc = imap_protocol_version(conn);
    lua_pushstring(L, rc);
    return 1;
}

static int call_greeting(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_greeting(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_has_capability(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = text_at(L, 2);
    int rc;
    rc = imap_has_capability(conn, name);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_capability_count(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_capability_count(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_capability_at(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int i = (int)number_at(L, 2);
    const char *rc;
    rc = imap_capability_at(conn, i);
    lua_pushstring(L, rc);
    return 1;
}

static int call_capability_is_stale(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_capability_is_stale(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_fd(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_fd(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_last_error(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_last_error(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_last_message(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *rc;
    rc = imap_last_message(conn);
    lua_pushstring(L, rc);
    return 1;
}

static int call_last_text(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *rc;
    rc = imap_last_text(conn);
    lua_pushstring(L, rc);
    return 1;
}

static int call_last_code(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *rc;
    rc = imap_last_code(conn);
    lua_pushstring(L, rc);
    return 1;
}

static int call_last_errno(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_last_errno(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_get_int(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int option = (int)number_at(L, 2);
    int64_t value = 0;
    int rc;
    rc = imap_get_int(conn, option, &value);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)value);
    return 2;
}

static int call_get_str(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int option = (int)number_at(L, 2);
    const char *value = NULL;
    int rc;
    rc = imap_get_str(conn, option, &value);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushstring(L, value);
    return 2;
}

static int call_set_int(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int option = (int)number_at(L, 2);
    int64_t value = (int64_t)number_at(L, 3);
    int rc;
    rc = imap_set_int(conn, option, value);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_set_str(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int option = (int)number_at(L, 2);
    const char *value = text_at(L, 3);
    int rc;
    rc = imap_set_str(conn, option, value);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_wait(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id = (uint32_t)number_at(L, 2);
    int timeout_ms = (int)number_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_wait(conn, id, timeout_ms, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_last_id(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t rc;
    rc = imap_last_id(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_wakeup(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_wakeup(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_command_text(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *line = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_command_text(conn, line, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_xatom(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = text_at(L, 2);
    const char *args = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_xatom(conn, name, args, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_uid(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *command = text_at(L, 2);
    const char *args = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_uid(conn, command, args, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_capability(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_capability(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_noop(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_noop(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_logout(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_logout(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_login(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *user = text_at(L, 2);
    const char *password = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_login(conn, user, password, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_enable(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *capability = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_enable(conn, capability, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_namespace(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_namespace(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_proxyauth(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *user = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_proxyauth(conn, user, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_recent(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_recent(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_select(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    int flags = (int)number_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_select(conn, mailbox, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_create(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_create(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_delete(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_delete(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_rename(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *from = text_at(L, 2);
    const char *to = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_rename(conn, from, to, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_subscribe(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_subscribe(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_unsubscribe(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_unsubscribe(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_list(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *directory = text_at(L, 2);
    const char *pattern = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_list(conn, directory, pattern, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_lsub(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *directory = text_at(L, 2);
    const char *pattern = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_lsub(conn, directory, pattern, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_status(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *names = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_status(conn, mailbox, names, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_check(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_check(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_close(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_close(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_unselect(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_unselect(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_fetch(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *set = text_at(L, 2);
    const char *items = text_at(L, 3);
    int flags = (int)number_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_fetch(conn, set, items, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_partial(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *number = text_at(L, 2);
    const char *part = text_at(L, 3);
    uint32_t start = (uint32_t)number_at(L, 4);
    uint32_t length = (uint32_t)number_at(L, 5);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_partial(conn, number, part, start, length, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_store(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *set = text_at(L, 2);
    const char *command = text_at(L, 3);
    const char *flag_list = text_at(L, 4);
    int flags = (int)number_at(L, 5);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_store(conn, set, command, flag_list, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_copy(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *set = text_at(L, 2);
    const char *mailbox = text_at(L, 3);
    int flags = (int)number_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_copy(conn, set, mailbox, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_move(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *set = text_at(L, 2);
    const char *mailbox = text_at(L, 3);
    int flags = (int)number_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_move(conn, set, mailbox, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_expunge(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *uid_set = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_expunge(conn, uid_set, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_search(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *charset = text_at(L, 2);
    const char *criteria = text_at(L, 3);
    int flags = (int)number_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_search(conn, charset, criteria, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_sort(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *sort_criteria = text_at(L, 2);
    const char *charset = text_at(L, 3);
    const char *criteria = text_at(L, 4);
    int flags = (int)number_at(L, 5);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_sort(conn, sort_criteria, charset, criteria, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_thread(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *algorithm = text_at(L, 2);
    const char *charset = text_at(L, 3);
    const char *criteria = text_at(L, 4);
    int flags = (int)number_at(L, 5);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_thread(conn, algorithm, charset, criteria, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_append(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *flag_list = text_at(L, 3);
    const char *date = text_at(L, 4);
    size_t message_len = 0;
    const char *message = octets_at(L, 5, &message_len);
    int flags = (int)number_at(L, 6);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_append(conn, mailbox, flag_list, date, message, message_len, flags, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_getacl(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_getacl(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_setacl(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *who = text_at(L, 3);
    const char *what = text_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_setacl(conn, mailbox, who, what, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_deleteacl(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *who = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_deleteacl(conn, mailbox, who, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_myrights(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_myrights(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_getquota(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *root = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_getquota(conn, root, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_getquotaroot(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_getquotaroot(conn, mailbox, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_setquota(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *root = text_at(L, 2);
    const char *limits = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_setquota(conn, root, limits, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_getannotation(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *entry = text_at(L, 3);
    const char *attribute = text_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_getannotation(conn, mailbox, entry, attribute, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_setannotation(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *entry = text_at(L, 3);
    const char *attributes = text_at(L, 4);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_setannotation(conn, mailbox, entry, attributes, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_response_keep(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_response_keep(response, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_response_status(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    int rc;
    rc = imap_response_status(response);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_response_text(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_response_text(response, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_response_message(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_response_message(response, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_response_code(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *name = NULL;
    size_t name_len = 0;
    const char *argument = NULL;
    size_t argument_len = 0;
    int rc;
    rc = imap_response_code(response, &name, &name_len, &argument, &argument_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, name, name_len);
    push_text(L, argument, argument_len);
    return 3;
}

static int call_response_name(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *rc;
    rc = imap_response_name(response);
    lua_pushstring(L, rc);
    return 1;
}

static int call_response_number(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t number = 0;
    int rc;
    rc = imap_response_number(response, &number);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)number);
    return 2;
}

static int call_response_arrival(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint64_t rc;
    rc = imap_response_arrival(response);
    push_whole(L, rc);
    return 1;
}

static int call_response_raw(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_response_raw(response, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_response_malformed(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    int rc;
    rc = imap_response_malformed(response);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_response_row_count(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    size_t rc;
    rc = imap_response_row_count(response);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_response_row(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    size_t i = (size_t)number_at(L, 2);
    const imap_response *rc;
    rc = imap_response_row(response, i);
    push_row(L, rc);
    return 1;
}

static int call_response_item_count(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *name = text_at(L, 2);
    size_t rc;
    rc = imap_response_item_count(response, name);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_response_item(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *name = text_at(L, 2);
    size_t i = (size_t)number_at(L, 3);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    const char *literal = NULL;
    size_t literal_len = 0;
    int rc;
    rc = imap_response_item(response, name, i, &ptr, &ptr_len, &literal, &literal_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    push_text(L, literal, literal_len);
    return 3;
}

static int call_node_kind(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    int rc;
    rc = imap_node_kind(response, node);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_node_text(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_node_text(response, node, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_node_raw(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_node_raw(response, node, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_node_number(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    uint64_t number = 0;
    int rc;
    rc = imap_node_number(response, node, &number);
    lua_pushinteger(L, (lua_Integer)rc);
    push_whole(L, number);
    return 2;
}

static int call_node_first(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t parent = (uint32_t)number_at(L, 2);
    uint32_t rc;
    rc = imap_node_first(response, parent);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_node_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    uint32_t rc;
    rc = imap_node_next(response, node);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_node_count(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t parent = (uint32_t)number_at(L, 2);
    uint32_t rc;
    rc = imap_node_count(response, parent);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_node_at(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t parent = (uint32_t)number_at(L, 2);
    uint32_t i = (uint32_t)number_at(L, 3);
    uint32_t rc;
    rc = imap_node_at(response, parent, i);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_node_find(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t list = (uint32_t)number_at(L, 2);
    const char *name = text_at(L, 3);
    uint32_t rc;
    rc = imap_node_find(response, list, name);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_response_kind(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    int rc;
    rc = imap_response_kind(response);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_fetch_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_fetch out;
    int rc;
    rc = imap_fetch_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_fetch(L, rc, 2, &out);
    return 2;
}

static int call_section_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t i = (uint32_t)number_at(L, 2);
    imap_section out;
    int rc;
    rc = imap_section_get(response, i, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_section(L, rc, 3, &out);
    return 2;
}

static int call_section_find(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *item = text_at(L, 2);
    imap_section out;
    int rc;
    rc = imap_section_find(response, item, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_section(L, rc, 3, &out);
    return 2;
}

static int call_envelope_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    imap_envelope out;
    int rc;
    rc = imap_envelope_get(response, node, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_envelope(L, rc, 3, &out);
    return 2;
}

static int call_address_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    imap_address out;
    int rc;
    rc = imap_address_get(response, node, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_address(L, rc, 3, &out);
    return 2;
}

static int call_part_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    imap_part out;
    int rc;
    rc = imap_part_get(response, node, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_part(L, rc, 3, &out);
    return 2;
}

static int call_param_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    imap_param out;
    int rc;
    rc = imap_param_get(response, node, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_param(L, rc, 3, &out);
    return 2;
}

static int call_part_find(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t body = (uint32_t)number_at(L, 2);
    const char *number = text_at(L, 3);
    uint32_t node = 0;
    int rc;
    rc = imap_part_find(response, body, number, &node);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)node);
    return 2;
}

static int call_part_number(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t body = (uint32_t)number_at(L, 2);
    uint32_t node = (uint32_t)number_at(L, 3);
    char room[4096];
    char *buf = room;
    int rc;
    rc = imap_part_number(response, body, node, buf, sizeof room);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushstring(L, rc == IMAP_OK ? buf : NULL);
    return 2;
}

static int call_part_search(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t body = (uint32_t)number_at(L, 2);
    uint32_t after = (uint32_t)number_at(L, 3);
    const char *media_type = text_at(L, 4);
    const char *disposition = text_at(L, 5);
    uint32_t node = 0;
    int rc;
    rc = imap_part_search(response, body, after, media_type, disposition, &node);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)node);
    return 2;
}

static int call_part_search_all(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t body = (uint32_t)number_at(L, 2);
    const char *media_type = text_at(L, 3);
    const char *disposition = text_at(L, 4);
    size_t n = 0;
    uint32_t *nodes;
    int rc;
    imap_part_search_all(response, body, media_type, disposition, NULL, 0, &n);
    nodes = lua_newuserdata(L, (n + 1) * sizeof *nodes);
    rc = imap_part_search_all(response, body, media_type, disposition, nodes, n, &n);
    lua_pushinteger(L, (lua_Integer)rc);
    push_numbers(L, rc, nodes, n);
    return 2;
}

static int call_header_decode(lua_State *L) {
    size_t text_len = 0;
    const char *text = octets_at(L, 1, &text_len);
    char room[4096];
    char *buf = room;
    size_t needed = 0;
    int rc;
    rc = imap_header_decode(text, text_len, buf, sizeof room, &needed);
    if (needed >= sizeof room) {
        buf = lua_newuserdata(L, needed + 1);
        rc = imap_header_decode(text, text_len, buf, needed + 1, &needed);
    }
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, rc == IMAP_OK ? buf : NULL, needed);
    return 2;
}

static int call_param_find(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    const char *name = text_at(L, 3);
    char room[4096];
    char *buf = room;
    size_t needed = 0;
    int rc;
    rc = imap_param_find(response, node, name, buf, sizeof room, &needed);
    if (needed >= sizeof room) {
        buf = lua_newuserdata(L, needed + 1);
        rc = imap_param_find(response, node, name, buf, needed + 1, &needed);
    }
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, rc == IMAP_OK ? buf : NULL, needed);
    return 2;
}

static int call_list_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_list_entry out;
    int rc;
    rc = imap_list_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_list_entry(L, rc, 2, &out);
    return 2;
}

static int call_mailbox_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_mailbox out;
    int rc;
    rc = imap_mailbox_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_mailbox(L, rc, 2, &out);
    return 2;
}

static int call_status_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_status_data out;
    int rc;
    rc = imap_status_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_status_data(L, rc, 2, &out);
    return 2;
}

static int call_namespace_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    int which = (int)number_at(L, 2);
    uint32_t cursor = (uint32_t)number_at(L, 3);
    imap_namespace_entry out;
    int rc;
    rc = imap_namespace_next(response, which, &cursor, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    push_imap_namespace_entry(L, rc, 4, &out);
    return 3;
}

static int call_numbers_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const uint32_t *numbers = NULL;
    size_t count = 0;
    int rc;
    rc = imap_numbers_get(response, &numbers, &count);
    lua_pushinteger(L, (lua_Integer)rc);
    push_numbers(L, rc, numbers, count);
    return 2;
}

static int call_numbers_malformed(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    int rc;
    rc = imap_numbers_malformed(response);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_search_modseq(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint64_t modseq = 0;
    int rc;
    rc = imap_search_modseq(response, &modseq);
    lua_pushinteger(L, (lua_Integer)rc);
    push_id(L, modseq);
    return 2;
}

static int call_set_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    uint32_t cursor = (uint32_t)number_at(L, 3);
    uint32_t first = 0;
    uint32_t last = 0;
    int rc;
    rc = imap_set_next(response, node, &cursor, &first, &last);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    lua_pushinteger(L, (lua_Integer)first);
    lua_pushinteger(L, (lua_Integer)last);
    return 4;
}

static int call_esearch_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_esearch out;
    int rc;
    rc = imap_esearch_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_esearch(L, rc, 2, &out);
    return 2;
}

static int call_vanished_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_vanished out;
    int rc;
    rc = imap_vanished_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_vanished(L, rc, 2, &out);
    return 2;
}

static int call_thread_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t node = (uint32_t)number_at(L, 2);
    imap_thread_node out;
    int rc;
    rc = imap_thread_get(response, node, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_thread_node(L, rc, 3, &out);
    return 2;
}

static int call_word_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t list = (uint32_t)number_at(L, 2);
    uint32_t cursor = (uint32_t)number_at(L, 3);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_word_next(response, list, &cursor, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    push_text(L, ptr, ptr_len);
    return 3;
}

static int call_entry_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t cursor = (uint32_t)number_at(L, 2);
    imap_entry out;
    int rc;
    rc = imap_entry_next(response, &cursor, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    push_imap_entry(L, rc, 3, &out);
    return 3;
}

static int call_pair_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t list = (uint32_t)number_at(L, 2);
    uint32_t cursor = (uint32_t)number_at(L, 3);
    imap_entry out;
    int rc;
    rc = imap_pair_next(response, list, &cursor, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    push_imap_entry(L, rc, 4, &out);
    return 3;
}

static int call_quota_root(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_quota_root(response, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_quota_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t cursor = (uint32_t)number_at(L, 2);
    imap_quota out;
    int rc;
    rc = imap_quota_next(response, &cursor, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    push_imap_quota(L, rc, 3, &out);
    return 3;
}

static int call_acl_next(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t cursor = (uint32_t)number_at(L, 2);
    imap_rights out;
    int rc;
    rc = imap_acl_next(response, &cursor, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)cursor);
    push_imap_rights(L, rc, 3, &out);
    return 3;
}

static int call_rights_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_rights out;
    int rc;
    rc = imap_rights_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_rights(L, rc, 2, &out);
    return 2;
}

static int call_code_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    imap_code out;
    int rc;
    rc = imap_code_get(response, &out, sizeof out);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_code(L, rc, 2, &out);
    return 2;
}

static int call_copyuid_get(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    const imap_copied *ranges = NULL;
    size_t count = 0;
    int rc;
    rc = imap_copyuid_get(response, &ranges, &count);
    lua_pushinteger(L, (lua_Integer)rc);
    push_copied(L, rc, ranges, count);
    return 2;
}

static int call_copyuid_map(lua_State *L) {
    const imap_response *response = response_at(L, 1);
    uint32_t uid = (uint32_t)number_at(L, 2);
    uint32_t new_uid = 0;
    int rc;
    rc = imap_copyuid_map(response, uid, &new_uid);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)new_uid);
    return 2;
}

static int call_event_next(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_event_next(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_untagged(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *name = text_at(L, 2);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_untagged(conn, name, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_submit_text(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *line = text_at(L, 2);
    uint32_t id = 0;
    int rc;
    rc = imap_submit_text(conn, line, &id);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)id);
    return 2;
}

static int call_queue_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_queue_begin(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_queue_end(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_queue_end(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_completed(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int timeout_ms = (int)number_at(L, 2);
    uint32_t id = 0;
    int rc;
    rc = imap_completed(conn, timeout_ms, &id);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)id);
    return 2;
}

static int call_discard(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id = (uint32_t)number_at(L, 2);
    int rc;
    rc = imap_discard(conn, id);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_next(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id = (uint32_t)number_at(L, 2);
    int timeout_ms = (int)number_at(L, 3);
    const imap_response *row = NULL;
    int rc;
    rc = imap_next(conn, id, timeout_ms, &row);
    lua_pushinteger(L, (lua_Integer)rc);
    push_row(L, row);
    return 2;
}

static int call_progress(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    uint32_t id = (uint32_t)number_at(L, 2);
    uint64_t done = 0;
    uint64_t total = 0;
    int rc;
    rc = imap_progress(conn, id, &done, &total);
    lua_pushinteger(L, (lua_Integer)rc);
    push_whole(L, done);
    push_whole(L, total);
    return 3;
}

static int call_literal_info(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_literal info;
    int rc;
    rc = imap_literal_info(conn, &info, sizeof info);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_literal(L, rc, 2, &info);
    return 2;
}

static int call_literal_to_fd(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int fd = (int)number_at(L, 2);
    int rc;
    rc = imap_literal_to_fd(conn, fd);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_literal_skip(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_literal_skip(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_append_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    uint32_t id = 0;
    int rc;
    rc = imap_append_begin(conn, mailbox, &id);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)id);
    return 2;
}

static int call_append_message(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *flags = text_at(L, 2);
    const char *date = text_at(L, 3);
    uint64_t size = id_at(L, 4);
    int rc;
    rc = imap_append_message(conn, flags, date, size);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_literal_from_fd(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int fd = (int)number_at(L, 2);
    int rc;
    rc = imap_literal_from_fd(conn, fd);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_append_end(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_append_end(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_append_fd(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mailbox = text_at(L, 2);
    const char *flags = text_at(L, 3);
    const char *date = text_at(L, 4);
    int fd = (int)number_at(L, 5);
    uint64_t size = id_at(L, 6);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_append_fd(conn, mailbox, flags, date, fd, size, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_idle_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_idle_begin(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_idle_wait(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int timeout_ms = (int)number_at(L, 2);
    int rc;
    rc = imap_idle_wait(conn, timeout_ms);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_idle_end(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_idle_end(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_wants(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_wants(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_write_fd(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_write_fd(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_timeout(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_timeout(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_step(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int ready = (int)number_at(L, 2);
    int rc;
    rc = imap_step(conn, ready);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_cmd_authenticate(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mechanism = text_at(L, 2);
    const char *authzid = text_at(L, 3);
    const char *user = text_at(L, 4);
    const char *password = text_at(L, 5);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_authenticate(conn, mechanism, authzid, user, password, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_cmd_login_cram_md5(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *user = text_at(L, 2);
    const char *password = text_at(L, 3);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_cmd_login_cram_md5(conn, user, password, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_auth_begin(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *mechanism = text_at(L, 2);
    size_t initial_len = 0;
    const char *initial = octets_at(L, 3, &initial_len);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_auth_begin(conn, mechanism, initial, initial_len, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_auth_challenge(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_auth_challenge(conn, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_auth_reply(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t reply_len = 0;
    const char *reply = octets_at(L, 2, &reply_len);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_auth_reply(conn, reply, reply_len, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_auth_cancel(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_auth_cancel(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_starttls(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_starttls(conn, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_tls_info_get(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    imap_tls_info info;
    int rc;
    rc = imap_tls_info_get(conn, &info, sizeof info);
    lua_pushinteger(L, (lua_Integer)rc);
    push_imap_tls_info(L, rc, 2, &info);
    return 2;
}

static int call_trace_count(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_trace_count(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_trace_line(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int i = (int)number_at(L, 2);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int64_t unix_ms = 0;
    int rc;
    rc = imap_trace_line(conn, i, &ptr, &ptr_len, &unix_ms);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    lua_pushinteger(L, (lua_Integer)unix_ms);
    return 3;
}

static int call_trace_clear(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    int rc;
    rc = imap_trace_clear(conn);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_internaldate_parse(lua_State *L) {
    size_t text_len = 0;
    const char *text = octets_at(L, 1, &text_len);
    int64_t seconds = 0;
    int32_t offset_min = 0;
    int rc;
    rc = imap_internaldate_parse(text, text_len, &seconds, &offset_min);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushinteger(L, (lua_Integer)seconds);
    lua_pushinteger(L, (lua_Integer)offset_min);
    return 3;
}

static int call_internaldate_format(lua_State *L) {
    int64_t seconds = (int64_t)number_at(L, 1);
    int offset_min = (int)number_at(L, 2);
    char room[4096];
    char *buf = room;
    int rc;
    rc = imap_internaldate_format(seconds, offset_min, buf, sizeof room);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushstring(L, rc == IMAP_OK ? buf : NULL);
    return 2;
}

static int call_int_to_ap(lua_State *L) {
    uint64_t number = id_at(L, 1);
    char room[4096];
    char *buf = room;
    int rc;
    rc = imap_int_to_ap(number, buf, sizeof room);
    lua_pushinteger(L, (lua_Integer)rc);
    lua_pushstring(L, rc == IMAP_OK ? buf : NULL);
    return 2;
}

static int call_flags_parse(lua_State *L) {
    size_t text_len = 0;
    const char *text = octets_at(L, 1, &text_len);
    imap_response **held = new_response(L);
    int rc;
    rc = imap_flags_parse(text, text_len, held);
    lua_pushinteger(L, (lua_Integer)rc);
    push_held(L, held);
    return 2;
}

static int call_utf7_encode(lua_State *L) {
    size_t text_len = 0;
    const char *text = octets_at(L, 1, &text_len);
    char room[4096];
    char *buf = room;
    size_t needed = 0;
    int rc;
    rc = imap_utf7_encode(text, text_len, buf, sizeof room, &needed);
    if (needed >= sizeof room) {
        buf = lua_newuserdata(L, needed + 1);
        rc = imap_utf7_encode(text, text_len, buf, needed + 1, &needed);
    }
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, rc == IMAP_OK ? buf : NULL, needed);
    return 2;
}

static int call_utf7_decode(lua_State *L) {
    size_t text_len = 0;
    const char *text = octets_at(L, 1, &text_len);
    char room[4096];
    char *buf = room;
    size_t needed = 0;
    int rc;
    rc = imap_utf7_decode(text, text_len, buf, sizeof room, &needed);
    if (needed >= sizeof room) {
        buf = lua_newuserdata(L, needed + 1);
        rc = imap_utf7_decode(text, text_len, buf, needed + 1, &needed);
    }
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, rc == IMAP_OK ? buf : NULL, needed);
    return 2;
}

static int call_raw_send(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t octets_len = 0;
    const char *octets = octets_at(L, 2, &octets_len);
    int rc;
    rc = imap_raw_send(conn, octets, octets_len);
    lua_pushinteger(L, (lua_Integer)rc);
    return 1;
}

static int call_raw_readline(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_raw_readline(conn, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static int call_raw_read(lua_State *L) {
    imap_conn *conn = conn_at(L, 1);
    size_t n = (size_t)number_at(L, 2);
    const char *ptr = NULL;
    size_t ptr_len = 0;
    int rc;
    rc = imap_raw_read(conn, n, &ptr, &ptr_len);
    lua_pushinteger(L, (lua_Integer)rc);
    push_text(L, ptr, ptr_len);
    return 2;
}

static const luaL_Reg calls[] = {
    {"version_string", call_version_string},
    {"version_number", call_version_number},
    {"has_feature", call_has_feature},
    {"error_name", call_error_name},
    {"error_text", call_error_text},
    {"error_class", call_error_class},
    {"shutdown", call_shutdown},
    {"child_pid", call_child_pid},
    {"child_status", call_child_status},
    {"conn_state", call_conn_state},
    {"state_name", call_state_name},
    {"is_readonly", call_is_readonly},
    {"utf8_enabled", call_utf8_enabled},
    {"protocol_version", call_protocol_version},
    {"greeting", call_greeting},
    {"has_capability", call_has_capability},
    {"capability_count", call_capability_count},
    {"capability_at", call_capability_at},
    {"capability_is_stale", call_capability_is_stale},
    {"fd", call_fd},
    {"last_error", call_last_error},
    {"last_message", call_last_message},
    {"last_text", call_last_text},
    {"last_code", call_last_code},
    {"last_errno", call_last_errno},
    {"get_int", call_get_int},
    {"get_str", call_get_str},
    {"set_int", call_set_int},
    {"set_str", call_set_str},
    {"wait", call_wait},
    {"last_id", call_last_id},
    {"wakeup", call_wakeup},
    {"command_text", call_command_text},
    {"cmd_xatom", call_cmd_xatom},
    {"cmd_uid", call_cmd_uid},
    {"cmd_capability", call_cmd_capability},
    {"cmd_noop", call_cmd_noop},
    {"cmd_logout", call_cmd_logout},
    {"cmd_login", call_cmd_login},
    {"cmd_enable", call_cmd_enable},
    {"cmd_namespace", call_cmd_namespace},
    {"cmd_proxyauth", call_cmd_proxyauth},
    {"cmd_recent", call_cmd_recent},
    {"cmd_select", call_cmd_select},
    {"cmd_create", call_cmd_create},
    {"cmd_delete", call_cmd_delete},
    {"cmd_rename", call_cmd_rename},
    {"cmd_subscribe", call_cmd_subscribe},
    {"cmd_unsubscribe", call_cmd_unsubscribe},
    {"cmd_list", call_cmd_list},
    {"cmd_lsub", call_cmd_lsub},
    {"cmd_status", call_cmd_status},
    {"cmd_check", call_cmd_check},
    {"cmd_close", call_cmd_close},
    {"cmd_unselect", call_cmd_unselect},
    {"cmd_fetch", call_cmd_fetch},
    {"cmd_partial", call_cmd_partial},
    {"cmd_store", call_cmd_store},
    {"cmd_copy", call_cmd_copy},
    {"cmd_move", call_cmd_move},
    {"cmd_expunge", call_cmd_expunge},
    {"cmd_search", call_cmd_search},
    {"cmd_sort", call_cmd_sort},
    {"cmd_thread", call_cmd_thread},
    {"cmd_append", call_cmd_append},
    {"cmd_getacl", call_cmd_getacl},
    {"cmd_setacl", call_cmd_setacl},
    {"cmd_deleteacl", call_cmd_deleteacl},
    {"cmd_myrights", call_cmd_myrights},
    {"cmd_getquota", call_cmd_getquota},
    {"cmd_getquotaroot", call_cmd_getquotaroot},
    {"cmd_setquota", call_cmd_setquota},
    {"cmd_getannotation", call_cmd_getannotation},
    {"cmd_setannotation", call_cmd_setannotation},
    {"response_keep", call_response_keep},
    {"response_status", call_response_status},
    {"response_text", call_response_text},
    {"response_message", call_response_message},
    {"response_code", call_response_code},
    {"response_name", call_response_name},
    {"response_number", call_response_number},
    {"response_arrival", call_response_arrival},
    {"response_raw", call_response_raw},
    {"response_malformed", call_response_malformed},
    {"response_row_count", call_response_row_count},
    {"response_row", call_response_row},
    {"response_item_count", call_response_item_count},
    {"response_item", call_response_item},
    {"node_kind", call_node_kind},
    {"node_text", call_node_text},
    {"node_raw", call_node_raw},
    {"node_number", call_node_number},
    {"node_first", call_node_first},
    {"node_next", call_node_next},
    {"node_count", call_node_count},
    {"node_at", call_node_at},
    {"node_find", call_node_find},
    {"response_kind", call_response_kind},
    {"fetch_get", call_fetch_get},
    {"section_get", call_section_get},
    {"section_find", call_section_find},
    {"envelope_get", call_envelope_get},
    {"address_get", call_address_get},
    {"part_get", call_part_get},
    {"param_get", call_param_get},
    {"part_find", call_part_find},
    {"part_number", call_part_number},
    {"part_search", call_part_search},
    {"part_search_all", call_part_search_all},
    {"header_decode", call_header_decode},
    {"param_find", call_param_find},
    {"list_get", call_list_get},
    {"mailbox_get", call_mailbox_get},
    {"status_get", call_status_get},
    {"namespace_next", call_namespace_next},
    {"numbers_get", call_numbers_get},
    {"numbers_malformed", call_numbers_malformed},
    {"search_modseq", call_search_modseq},
    {"set_next", call_set_next},
    {"esearch_get", call_esearch_get},
    {"vanished_get", call_vanished_get},
    {"thread_get", call_thread_get},
    {"word_next", call_word_next},
    {"entry_next", call_entry_next},
    {"pair_next", call_pair_next},
    {"quota_root", call_quota_root},
    {"quota_next", call_quota_next},
    {"acl_next", call_acl_next},
    {"rights_get", call_rights_get},
    {"code_get", call_code_get},
    {"copyuid_get", call_copyuid_get},
    {"copyuid_map", call_copyuid_map},
    {"event_next", call_event_next},
    {"untagged", call_untagged},
    {"submit_text", call_submit_text},
    {"queue_begin", call_queue_begin},
    {"queue_end", call_queue_end},
    {"completed", call_completed},
    {"discard", call_discard},
    {"next", call_next},
    {"progress", call_progress},
    {"literal_info", call_literal_info},
    {"literal_to_fd", call_literal_to_fd},
    {"literal_skip", call_literal_skip},
    {"append_begin", call_append_begin},
    {"append_message", call_append_message},
    {"literal_from_fd", call_literal_from_fd},
    {"append_end", call_append_end},
    {"cmd_append_fd", call_cmd_append_fd},
    {"idle_begin", call_idle_begin},
    {"idle_wait", call_idle_wait},
    {"idle_end", call_idle_end},
    {"wants", call_wants},
    {"write_fd", call_write_fd},
    {"timeout", call_timeout},
    {"step", call_step},
    {"cmd_authenticate", call_cmd_authenticate},
    {"cmd_login_cram_md5", call_cmd_login_cram_md5},
    {"auth_begin", call_auth_begin},
    {"auth_challenge", call_auth_challenge},
    {"auth_reply", call_auth_reply},
    {"auth_cancel", call_auth_cancel},
    {"starttls", call_starttls},
    {"tls_info_get", call_tls_info_get},
    {"trace_count", call_trace_count},
    {"trace_line", call_trace_line},
    {"trace_clear", call_trace_clear},
    {"internaldate_parse", call_internaldate_parse},
    {"internaldate_format", call_internaldate_format},
    {"int_to_ap", call_int_to_ap},
    {"flags_parse", call_flags_parse},
    {"utf7_encode", call_utf7_encode},
    {"utf7_decode", call_utf7_decode},
    {"raw_send", call_raw_send},
    {"raw_readline", call_raw_readline},
    {"raw_read", call_raw_read},
    {NULL, NULL},
};

static const struct constant {
    const char *name;
    int64_t value;
} constants[] = {
    {"IMAP_ARG_SECRET", IMAP_ARG_SECRET},
    {"IMAP_ROOT", IMAP_ROOT},
    {"IMAP_PART_BAD_TYPE", IMAP_PART_BAD_TYPE},
    {"IMAP_PART_BAD_FIELDS", IMAP_PART_BAD_FIELDS},
    {"IMAP_PART_BAD_SIZE", IMAP_PART_BAD_SIZE},
    {"IMAP_PART_BAD_PARTS", IMAP_PART_BAD_PARTS},
    {"IMAP_PART_BAD_EXTENSION", IMAP_PART_BAD_EXTENSION},
    {"IMAP_INTERNALDATE_SIZE", IMAP_INTERNALDATE_SIZE},
    {"IMAP_INT_TO_AP_SIZE", IMAP_INT_TO_AP_SIZE},
    {"IMAP_OK", IMAP_OK},
    {"IMAP_NO", IMAP_NO},
    {"IMAP_BAD", IMAP_BAD},
    {"IMAP_AGAIN", IMAP_AGAIN},
    {"IMAP_QUEUED", IMAP_QUEUED},
    {"IMAP_EVENT", IMAP_EVENT},
    {"IMAP_LITERAL", IMAP_LITERAL},
    {"IMAP_CHALLENGE", IMAP_CHALLENGE},
    {"IMAP_END", IMAP_END},
    {"IMAP_READONLY", IMAP_READONLY},
    {"IMAP_ERR_ARGUMENT", IMAP_ERR_ARGUMENT},
    {"IMAP_ERR_HANDLE", IMAP_ERR_HANDLE},
    {"IMAP_ERR_NOMEM", IMAP_ERR_NOMEM},
    {"IMAP_ERR_BUSY", IMAP_ERR_BUSY},
    {"IMAP_ERR_FORKED", IMAP_ERR_FORKED},
    {"IMAP_ERR_INTERNAL", IMAP_ERR_INTERNAL},
    {"IMAP_ERR_STATE", IMAP_ERR_STATE},
    {"IMAP_ERR_UNSUPPORTED", IMAP_ERR_UNSUPPORTED},
    {"IMAP_ERR_SYSTEM", IMAP_ERR_SYSTEM},
    {"IMAP_ERR_RESOLVE", IMAP_ERR_RESOLVE},
    {"IMAP_ERR_TIMEOUT", IMAP_ERR_TIMEOUT},
    {"IMAP_ERR_CLOSED", IMAP_ERR_CLOSED},
    {"IMAP_ERR_BYE", IMAP_ERR_BYE},
    {"IMAP_ERR_PROTOCOL", IMAP_ERR_PROTOCOL},
    {"IMAP_ERR_LIMIT", IMAP_ERR_LIMIT},
    {"IMAP_ERR_GREETING", IMAP_ERR_GREETING},
    {"IMAP_ERR_TLS", IMAP_ERR_TLS},
    {"IMAP_ERR_TLS_VERIFY", IMAP_ERR_TLS_VERIFY},
    {"IMAP_ERR_TLS_REFUSED", IMAP_ERR_TLS_REFUSED},
    {"IMAP_ERR_AUTH", IMAP_ERR_AUTH},
    {"IMAP_ERR_READONLY", IMAP_ERR_READONLY},
    {"IMAP_ERR_INTERRUPTED", IMAP_ERR_INTERRUPTED},
    {"IMAP_ERR_WOKEN", IMAP_ERR_WOKEN},
    {"IMAP_ERR_INSECURE", IMAP_ERR_INSECURE},
    {"IMAP_CLASS_NONE", IMAP_CLASS_NONE},
    {"IMAP_CLASS_ERROR", IMAP_CLASS_ERROR},
    {"IMAP_CLASS_ABORT", IMAP_CLASS_ABORT},
    {"IMAP_CLASS_READONLY", IMAP_CLASS_READONLY},
    {"IMAP_CLASS_SYSTEM", IMAP_CLASS_SYSTEM},
    {"IMAP_CLASS_TIMEOUT", IMAP_CLASS_TIMEOUT},
    {"IMAP_CLASS_TLS", IMAP_CLASS_TLS},
    {"IMAP_CLASS_ARGUMENT", IMAP_CLASS_ARGUMENT},
    {"IMAP_CLASS_INTERRUPTED", IMAP_CLASS_INTERRUPTED},
    {"IMAP_OPT_NONBLOCK", IMAP_OPT_NONBLOCK},
    {"IMAP_OPT_RETURN_ON_SIGNAL", IMAP_OPT_RETURN_ON_SIGNAL},
    {"IMAP_OPT_CONNECT_TIMEOUT_MS", IMAP_OPT_CONNECT_TIMEOUT_MS},
    {"IMAP_OPT_STALL_TIMEOUT_MS", IMAP_OPT_STALL_TIMEOUT_MS},
    {"IMAP_OPT_CALL_TIMEOUT_MS", IMAP_OPT_CALL_TIMEOUT_MS},
    {"IMAP_OPT_MAX_LINE", IMAP_OPT_MAX_LINE},
    {"IMAP_OPT_MAX_LITERAL", IMAP_OPT_MAX_LITERAL},
    {"IMAP_OPT_MAX_RESPONSE", IMAP_OPT_MAX_RESPONSE},
    {"IMAP_OPT_MAX_DEPTH", IMAP_OPT_MAX_DEPTH},
    {"IMAP_OPT_MAX_UNASKED", IMAP_OPT_MAX_UNASKED},
    {"IMAP_OPT_MAX_KEPT", IMAP_OPT_MAX_KEPT},
    {"IMAP_OPT_UNTAGGED_KEEP", IMAP_OPT_UNTAGGED_KEEP},
    {"IMAP_OPT_TRACE_LEVEL", IMAP_OPT_TRACE_LEVEL},
    {"IMAP_OPT_TRACE_KEEP", IMAP_OPT_TRACE_KEEP},
    {"IMAP_OPT_TLS_VERIFY", IMAP_OPT_TLS_VERIFY},
    {"IMAP_OPT_TLS_MIN_VERSION", IMAP_OPT_TLS_MIN_VERSION},
    {"IMAP_OPT_IP_FAMILY", IMAP_OPT_IP_FAMILY},
    {"IMAP_OPT_KEEPALIVE", IMAP_OPT_KEEPALIVE},
    {"IMAP_OPT_ALLOW_PLAINTEXT_AUTH", IMAP_OPT_ALLOW_PLAINTEXT_AUTH},
    {"IMAP_OPT_RESOLVE_INLINE", IMAP_OPT_RESOLVE_INLINE},
    {"IMAP_OPT_LITERAL_STREAM_MIN", IMAP_OPT_LITERAL_STREAM_MIN},
    {"IMAP_OPT_IDLE_RENEW_MS", IMAP_OPT_IDLE_RENEW_MS},
    {"IMAP_OPT_IDLE_POLL_MS", IMAP_OPT_IDLE_POLL_MS},
    {"IMAP_OPT_TLS_CA_FILE", IMAP_OPT_TLS_CA_FILE},
    {"IMAP_OPT_TLS_CA_DIR", IMAP_OPT_TLS_CA_DIR},
    {"IMAP_OPT_TLS_CERT_FILE", IMAP_OPT_TLS_CERT_FILE},
    {"IMAP_OPT_TLS_KEY_FILE", IMAP_OPT_TLS_KEY_FILE},
    {"IMAP_OPT_TLS_SERVER_NAME", IMAP_OPT_TLS_SERVER_NAME},
    {"IMAP_OPT_CONNECT_ADDR", IMAP_OPT_CONNECT_ADDR},
    {"IMAP_OPT_LOCAL_ADDR", IMAP_OPT_LOCAL_ADDR},
    {"IMAP_OPT_LITERAL_STREAM_ITEMS", IMAP_OPT_LITERAL_STREAM_ITEMS},
    {"IMAP_TLS_IMPLICIT", IMAP_TLS_IMPLICIT},
    {"IMAP_TLS_STARTTLS", IMAP_TLS_STARTTLS},
    {"IMAP_TLS_NONE", IMAP_TLS_NONE},
    {"IMAP_UID", IMAP_UID},
    {"IMAP_EXAMINE", IMAP_EXAMINE},
    {"IMAP_APPEND_VERBATIM", IMAP_APPEND_VERBATIM},
    {"IMAP_FD_KEEP", IMAP_FD_KEEP},
    {"IMAP_FD_SECURE", IMAP_FD_SECURE},
    {"IMAP_STATE_NONAUTH", IMAP_STATE_NONAUTH},
    {"IMAP_STATE_AUTH", IMAP_STATE_AUTH},
    {"IMAP_STATE_SELECTED", IMAP_STATE_SELECTED},
    {"IMAP_STATE_LOGOUT", IMAP_STATE_LOGOUT},
    {"IMAP_STATE_IDLING", IMAP_STATE_IDLING},
    {"IMAP_ARG_ATOM", IMAP_ARG_ATOM},
    {"IMAP_ARG_ASTRING", IMAP_ARG_ASTRING},
    {"IMAP_ARG_STRING", IMAP_ARG_STRING},
    {"IMAP_ARG_LITERAL", IMAP_ARG_LITERAL},
    {"IMAP_ARG_MAILBOX", IMAP_ARG_MAILBOX},
    {"IMAP_ARG_MAILBOX_RAW", IMAP_ARG_MAILBOX_RAW},
    {"IMAP_ARG_LIST_MAILBOX", IMAP_ARG_LIST_MAILBOX},
    {"IMAP_ARG_SET", IMAP_ARG_SET},
    {"IMAP_ARG_FLAGS", IMAP_ARG_FLAGS},
    {"IMAP_ARG_NUMBER", IMAP_ARG_NUMBER},
    {"IMAP_ARG_DATE", IMAP_ARG_DATE},
    {"IMAP_ARG_RAW", IMAP_ARG_RAW},
    {"IMAP_ARG_LIST_OPEN", IMAP_ARG_LIST_OPEN},
    {"IMAP_ARG_LIST_CLOSE", IMAP_ARG_LIST_CLOSE},
    {"IMAP_ARG_MAILBOX_LENIENT", IMAP_ARG_MAILBOX_LENIENT},
    {"IMAP_ARG_ASTRING_LENIENT", IMAP_ARG_ASTRING_LENIENT},
    {"IMAP_ARG_ITEMS", IMAP_ARG_ITEMS},
    {"IMAP_ARG_NIL", IMAP_ARG_NIL},
    {"IMAP_STATUS_NONE", IMAP_STATUS_NONE},
    {"IMAP_STATUS_OK", IMAP_STATUS_OK},
    {"IMAP_STATUS_NO", IMAP_STATUS_NO},
    {"IMAP_STATUS_BAD", IMAP_STATUS_BAD},
    {"IMAP_STATUS_BYE", IMAP_STATUS_BYE},
    {"IMAP_STATUS_PREAUTH", IMAP_STATUS_PREAUTH},
    {"IMAP_NODE_NONE", IMAP_NODE_NONE},
    {"IMAP_NODE_ATOM", IMAP_NODE_ATOM},
    {"IMAP_NODE_NUMBER", IMAP_NODE_NUMBER},
    {"IMAP_NODE_STRING", IMAP_NODE_STRING},
    {"IMAP_NODE_LITERAL", IMAP_NODE_LITERAL},
    {"IMAP_NODE_NIL", IMAP_NODE_NIL},
    {"IMAP_NODE_LIST", IMAP_NODE_LIST},
    {"IMAP_NODE_CODE", IMAP_NODE_CODE},
    {"IMAP_NODE_TEXT", IMAP_NODE_TEXT},
    {"IMAP_NODE_JUNK", IMAP_NODE_JUNK},
    {"IMAP_KIND_OTHER", IMAP_KIND_OTHER},
    {"IMAP_KIND_FETCH", IMAP_KIND_FETCH},
    {"IMAP_KIND_EXISTS", IMAP_KIND_EXISTS},
    {"IMAP_KIND_EXPUNGE", IMAP_KIND_EXPUNGE},
    {"IMAP_KIND_RECENT", IMAP_KIND_RECENT},
    {"IMAP_KIND_FLAGS", IMAP_KIND_FLAGS},
    {"IMAP_KIND_SEARCH", IMAP_KIND_SEARCH},
    {"IMAP_KIND_ESEARCH", IMAP_KIND_ESEARCH},
    {"IMAP_KIND_SORT", IMAP_KIND_SORT},
    {"IMAP_KIND_THREAD", IMAP_KIND_THREAD},
    {"IMAP_KIND_LIST", IMAP_KIND_LIST},
    {"IMAP_KIND_LSUB", IMAP_KIND_LSUB},
    {"IMAP_KIND_XLIST", IMAP_KIND_XLIST},
    {"IMAP_KIND_STATUS", IMAP_KIND_STATUS},
    {"IMAP_KIND_VANISHED", IMAP_KIND_VANISHED},
    {"IMAP_KIND_CAPABILITY", IMAP_KIND_CAPABILITY},
    {"IMAP_KIND_ENABLED", IMAP_KIND_ENABLED},
    {"IMAP_KIND_ID", IMAP_KIND_ID},
    {"IMAP_KIND_NAMESPACE", IMAP_KIND_NAMESPACE},
    {"IMAP_KIND_QUOTA", IMAP_KIND_QUOTA},
    {"IMAP_KIND_QUOTAROOT", IMAP_KIND_QUOTAROOT},
    {"IMAP_KIND_ACL", IMAP_KIND_ACL},
    {"IMAP_KIND_LISTRIGHTS", IMAP_KIND_LISTRIGHTS},
    {"IMAP_KIND_MYRIGHTS", IMAP_KIND_MYRIGHTS},
    {"IMAP_KIND_METADATA", IMAP_KIND_METADATA},
    {"IMAP_KIND_ANNOTATION", IMAP_KIND_ANNOTATION},
    {"IMAP_KIND_UIDFETCH", IMAP_KIND_UIDFETCH},
    {"IMAP_KIND_OK", IMAP_KIND_OK},
    {"IMAP_KIND_NO", IMAP_KIND_NO},
    {"IMAP_KIND_BAD", IMAP_KIND_BAD},
    {"IMAP_KIND_BYE", IMAP_KIND_BYE},
    {"IMAP_KIND_PREAUTH", IMAP_KIND_PREAUTH},
    {"IMAP_KIND_CONTINUATION", IMAP_KIND_CONTINUATION},
    {"IMAP_KIND_OVERFLOW", IMAP_KIND_OVERFLOW},
    {"IMAP_SECTION_WHOLE", IMAP_SECTION_WHOLE},
    {"IMAP_SECTION_HEADER", IMAP_SECTION_HEADER},
    {"IMAP_SECTION_HEADER_FIELDS", IMAP_SECTION_HEADER_FIELDS},
    {"IMAP_SECTION_HEADER_FIELDS_NOT", IMAP_SECTION_HEADER_FIELDS_NOT},
    {"IMAP_SECTION_TEXT", IMAP_SECTION_TEXT},
    {"IMAP_SECTION_MIME", IMAP_SECTION_MIME},
    {"IMAP_SECTION_OTHER", IMAP_SECTION_OTHER},
    {"IMAP_FETCH_UID", IMAP_FETCH_UID},
    {"IMAP_FETCH_FLAGS", IMAP_FETCH_FLAGS},
    {"IMAP_FETCH_INTERNALDATE", IMAP_FETCH_INTERNALDATE},
    {"IMAP_FETCH_SIZE", IMAP_FETCH_SIZE},
    {"IMAP_FETCH_ENVELOPE", IMAP_FETCH_ENVELOPE},
    {"IMAP_FETCH_BODY", IMAP_FETCH_BODY},
    {"IMAP_FETCH_BODYSTRUCTURE", IMAP_FETCH_BODYSTRUCTURE},
    {"IMAP_FETCH_MODSEQ", IMAP_FETCH_MODSEQ},
    {"IMAP_FETCH_SECTION", IMAP_FETCH_SECTION},
    {"IMAP_FETCH_EMAILID", IMAP_FETCH_EMAILID},
    {"IMAP_FETCH_THREADID", IMAP_FETCH_THREADID},
    {"IMAP_FETCH_SAVEDATE", IMAP_FETCH_SAVEDATE},
    {"IMAP_FETCH_PREVIEW", IMAP_FETCH_PREVIEW},
    {"IMAP_FETCH_GM_MSGID", IMAP_FETCH_GM_MSGID},
    {"IMAP_FETCH_GM_THRID", IMAP_FETCH_GM_THRID},
    {"IMAP_FETCH_GM_LABELS", IMAP_FETCH_GM_LABELS},
    {"IMAP_FETCH_OTHER", IMAP_FETCH_OTHER},
    {"IMAP_SEEN", IMAP_SEEN},
    {"IMAP_ANSWERED", IMAP_ANSWERED},
    {"IMAP_FLAGGED", IMAP_FLAGGED},
    {"IMAP_DELETED", IMAP_DELETED},
    {"IMAP_DRAFT", IMAP_DRAFT},
    {"IMAP_RECENT", IMAP_RECENT},
    {"IMAP_FORWARDED", IMAP_FORWARDED},
    {"IMAP_MDN_SENT", IMAP_MDN_SENT},
    {"IMAP_JUNK", IMAP_JUNK},
    {"IMAP_NOT_JUNK", IMAP_NOT_JUNK},
    {"IMAP_PHISHING", IMAP_PHISHING},
    {"IMAP_IMPORTANT", IMAP_IMPORTANT},
    {"IMAP_OTHER_FLAGS", IMAP_OTHER_FLAGS},
    {"IMAP_ADDRESS_MAILBOX", IMAP_ADDRESS_MAILBOX},
    {"IMAP_ADDRESS_GROUP_START", IMAP_ADDRESS_GROUP_START},
    {"IMAP_ADDRESS_GROUP_END", IMAP_ADDRESS_GROUP_END},
    {"IMAP_ATTRIBUTE_NOSELECT", IMAP_ATTRIBUTE_NOSELECT},
    {"IMAP_ATTRIBUTE_NOINFERIORS", IMAP_ATTRIBUTE_NOINFERIORS},
    {"IMAP_ATTRIBUTE_HASCHILDREN", IMAP_ATTRIBUTE_HASCHILDREN},
    {"IMAP_ATTRIBUTE_HASNOCHILDREN", IMAP_ATTRIBUTE_HASNOCHILDREN},
    {"IMAP_ATTRIBUTE_MARKED", IMAP_ATTRIBUTE_MARKED},
    {"IMAP_ATTRIBUTE_UNMARKED", IMAP_ATTRIBUTE_UNMARKED},
    {"IMAP_ATTRIBUTE_NONEXISTENT", IMAP_ATTRIBUTE_NONEXISTENT},
    {"IMAP_ATTRIBUTE_SUBSCRIBED", IMAP_ATTRIBUTE_SUBSCRIBED},
    {"IMAP_ATTRIBUTE_REMOTE", IMAP_ATTRIBUTE_REMOTE},
    {"IMAP_ATTRIBUTE_ALL", IMAP_ATTRIBUTE_ALL},
    {"IMAP_ATTRIBUTE_ARCHIVE", IMAP_ATTRIBUTE_ARCHIVE},
    {"IMAP_ATTRIBUTE_DRAFTS", IMAP_ATTRIBUTE_DRAFTS},
    {"IMAP_ATTRIBUTE_FLAGGED", IMAP_ATTRIBUTE_FLAGGED},
    {"IMAP_ATTRIBUTE_JUNK", IMAP_ATTRIBUTE_JUNK},
    {"IMAP_ATTRIBUTE_SENT", IMAP_ATTRIBUTE_SENT},
    {"IMAP_ATTRIBUTE_TRASH", IMAP_ATTRIBUTE_TRASH},
    {"IMAP_ATTRIBUTE_IMPORTANT", IMAP_ATTRIBUTE_IMPORTANT},
    {"IMAP_ATTRIBUTE_INBOX", IMAP_ATTRIBUTE_INBOX},
    {"IMAP_ATTRIBUTE_OTHER", IMAP_ATTRIBUTE_OTHER},
    {"IMAP_STATUS_HAS_MESSAGES", IMAP_STATUS_HAS_MESSAGES},
    {"IMAP_STATUS_HAS_RECENT", IMAP_STATUS_HAS_RECENT},
    {"IMAP_STATUS_HAS_UNSEEN", IMAP_STATUS_HAS_UNSEEN},
    {"IMAP_STATUS_HAS_UIDNEXT", IMAP_STATUS_HAS_UIDNEXT},
    {"IMAP_STATUS_HAS_UIDVALIDITY", IMAP_STATUS_HAS_UIDVALIDITY},
    {"IMAP_STATUS_HAS_SIZE", IMAP_STATUS_HAS_SIZE},
    {"IMAP_STATUS_HAS_DELETED", IMAP_STATUS_HAS_DELETED},
    {"IMAP_STATUS_HAS_DELETED_STORAGE", IMAP_STATUS_HAS_DELETED_STORAGE},
    {"IMAP_STATUS_HAS_HIGHESTMODSEQ", IMAP_STATUS_HAS_HIGHESTMODSEQ},
    {"IMAP_STATUS_HAS_APPENDLIMIT", IMAP_STATUS_HAS_APPENDLIMIT},
    {"IMAP_STATUS_HAS_MAILBOXID", IMAP_STATUS_HAS_MAILBOXID},
    {"IMAP_ESEARCH_MIN", IMAP_ESEARCH_MIN},
    {"IMAP_ESEARCH_MAX", IMAP_ESEARCH_MAX},
    {"IMAP_ESEARCH_COUNT", IMAP_ESEARCH_COUNT},
    {"IMAP_ESEARCH_ALL", IMAP_ESEARCH_ALL},
    {"IMAP_ESEARCH_MODSEQ", IMAP_ESEARCH_MODSEQ},
    {"IMAP_ESEARCH_PARTIAL", IMAP_ESEARCH_PARTIAL},
    {"IMAP_ESEARCH_ADDTO", IMAP_ESEARCH_ADDTO},
    {"IMAP_ESEARCH_REMOVEFROM", IMAP_ESEARCH_REMOVEFROM},
    {"IMAP_CODE_OTHER", IMAP_CODE_OTHER},
    {"IMAP_CODE_ALERT", IMAP_CODE_ALERT},
    {"IMAP_CODE_ALREADYEXISTS", IMAP_CODE_ALREADYEXISTS},
    {"IMAP_CODE_APPENDUID", IMAP_CODE_APPENDUID},
    {"IMAP_CODE_AUTHENTICATIONFAILED", IMAP_CODE_AUTHENTICATIONFAILED},
    {"IMAP_CODE_AUTHORIZATIONFAILED", IMAP_CODE_AUTHORIZATIONFAILED},
    {"IMAP_CODE_BADCHARSET", IMAP_CODE_BADCHARSET},
    {"IMAP_CODE_CANNOT", IMAP_CODE_CANNOT},
    {"IMAP_CODE_CAPABILITY", IMAP_CODE_CAPABILITY},
    {"IMAP_CODE_CLIENTBUG", IMAP_CODE_CLIENTBUG},
    {"IMAP_CODE_CLOSED", IMAP_CODE_CLOSED},
    {"IMAP_CODE_CONTACTADMIN", IMAP_CODE_CONTACTADMIN},
    {"IMAP_CODE_COPYUID", IMAP_CODE_COPYUID},
    {"IMAP_CODE_CORRUPTION", IMAP_CODE_CORRUPTION},
    {"IMAP_CODE_EXPIRED", IMAP_CODE_EXPIRED},
    {"IMAP_CODE_EXPUNGEISSUED", IMAP_CODE_EXPUNGEISSUED},
    {"IMAP_CODE_HASCHILDREN", IMAP_CODE_HASCHILDREN},
    {"IMAP_CODE_HIGHESTMODSEQ", IMAP_CODE_HIGHESTMODSEQ},
    {"IMAP_CODE_INUSE", IMAP_CODE_INUSE},
    {"IMAP_CODE_LIMIT", IMAP_CODE_LIMIT},
    {"IMAP_CODE_MAILBOXID", IMAP_CODE_MAILBOXID},
    {"IMAP_CODE_METADATA", IMAP_CODE_METADATA},
    {"IMAP_CODE_MODIFIED", IMAP_CODE_MODIFIED},
    {"IMAP_CODE_NOMODSEQ", IMAP_CODE_NOMODSEQ},
    {"IMAP_CODE_NONEXISTENT", IMAP_CODE_NONEXISTENT},
    {"IMAP_CODE_NOPERM", IMAP_CODE_NOPERM},
    {"IMAP_CODE_NOTSAVED", IMAP_CODE_NOTSAVED},
    {"IMAP_CODE_OVERQUOTA", IMAP_CODE_OVERQUOTA},
    {"IMAP_CODE_PARSE", IMAP_CODE_PARSE},
    {"IMAP_CODE_PERMANENTFLAGS", IMAP_CODE_PERMANENTFLAGS},
    {"IMAP_CODE_PRIVACYREQUIRED", IMAP_CODE_PRIVACYREQUIRED},
    {"IMAP_CODE_READ_ONLY", IMAP_CODE_READ_ONLY},
    {"IMAP_CODE_READ_WRITE", IMAP_CODE_READ_WRITE},
    {"IMAP_CODE_SERVERBUG", IMAP_CODE_SERVERBUG},
    {"IMAP_CODE_TRYCREATE", IMAP_CODE_TRYCREATE},
    {"IMAP_CODE_UIDNEXT", IMAP_CODE_UIDNEXT},
    {"IMAP_CODE_UIDNOTSTICKY", IMAP_CODE_UIDNOTSTICKY},
    {"IMAP_CODE_UIDVALIDITY", IMAP_CODE_UIDVALIDITY},
    {"IMAP_CODE_UNAVAILABLE", IMAP_CODE_UNAVAILABLE},
    {"IMAP_CODE_UNKNOWN_CTE", IMAP_CODE_UNKNOWN_CTE},
    {"IMAP_CODE_UNSEEN", IMAP_CODE_UNSEEN},
    {"IMAP_CODE_USEATTR", IMAP_CODE_USEATTR},
    {"IMAP_CODE_REFERRAL", IMAP_CODE_REFERRAL},
    {"IMAP_CODE_TOOBIG", IMAP_CODE_TOOBIG},
    {"IMAP_CODE_BADURL", IMAP_CODE_BADURL},
    {"IMAP_CODE_URLMECH", IMAP_CODE_URLMECH},
    {"IMAP_CODE_COMPRESSIONACTIVE", IMAP_CODE_COMPRESSIONACTIVE},
    {"IMAP_CODE_BADCOMPARATOR", IMAP_CODE_BADCOMPARATOR},
    {"IMAP_CODE_ANNOTATE", IMAP_CODE_ANNOTATE},
    {"IMAP_CODE_ANNOTATIONS", IMAP_CODE_ANNOTATIONS},
    {"IMAP_CODE_TEMPFAIL", IMAP_CODE_TEMPFAIL},
    {"IMAP_CODE_MAXCONVERTMESSAGES", IMAP_CODE_MAXCONVERTMESSAGES},
    {"IMAP_CODE_MAXCONVERTPARTS", IMAP_CODE_MAXCONVERTPARTS},
    {"IMAP_CODE_NOUPDATE", IMAP_CODE_NOUPDATE},
    {"IMAP_CODE_NOTIFICATIONOVERFLOW", IMAP_CODE_NOTIFICATIONOVERFLOW},
    {"IMAP_CODE_BADEVENT", IMAP_CODE_BADEVENT},
    {"IMAP_CODE_UNDEFINED_FILTER", IMAP_CODE_UNDEFINED_FILTER},
    {"IMAP_CODE_INPROGRESS", IMAP_CODE_INPROGRESS},
    {"IMAP_CODE_UIDREQUIRED", IMAP_CODE_UIDREQUIRED},
    {"IMAP_CODE_MESSAGELIMIT", IMAP_CODE_MESSAGELIMIT},
    {"IMAP_CODE_APPENDLIMIT", IMAP_CODE_APPENDLIMIT},
    {"IMAP_WANT_READ", IMAP_WANT_READ},
    {"IMAP_WANT_WRITE", IMAP_WANT_WRITE},
    {NULL, 0},
};
