---@meta imap4.connection
-- A connection: its fields, and the methods that take and give Lua values. imaplib's are in imaplib.lua.

---@class imap4.Connection
---@field state "NONAUTH"|"AUTH"|"SELECTED"|"LOGOUT"|"IDLING"|string
---@field welcome string?
---@field greeting imap4.Response?
---@field capabilities string[]
---@field PROTOCOL_VERSION string
---@field is_readonly boolean
---@field utf8_enabled boolean
---@field untagged_responses table<string, imap4.Data>
---@field debug integer may be set
---@field literal string? may be set: what the next command ends with
local Connection = {}

-- ---- Lua values; NO and BAD are raised ----------------------------------------------------------

---@param name string
---@param ... imap4.Argument
---@return imap4.Response
function Connection:command(name, ...) end

---@param line string
---@return imap4.Response
function Connection:command_text(line) end

---@param directory string?
---@param pattern string?
---@param opts {subscribed: boolean?}?
---@return imap4.Mailbox[]
function Connection:mailboxes(directory, pattern, opts) end

---@param mailbox string
---@param names imap4.Words?
---@return imap4.MailboxStatus
function Connection:mailbox_status(mailbox, names) end

---@param mailbox string as mailboxes gives it
---@param opts {special_use: imap4.Words?}? "\\Archive", …
---@return true
function Connection:create_mailbox(mailbox, opts) end

---@param mailbox string as mailboxes gives it
---@return true
function Connection:delete_mailbox(mailbox) end

---@param from string as mailboxes gives it
---@param to string in UTF-8
---@return true
function Connection:rename_mailbox(from, to) end

---@param mailbox string as mailboxes gives it
---@return true
function Connection:subscribe_mailbox(mailbox) end

---@param mailbox string as mailboxes gives it
---@return true
function Connection:unsubscribe_mailbox(mailbox) end

---@param mailbox string?
---@param opts {condstore: boolean?, qresync: (imap4.Selected|imap4.Known)?}?
---@return imap4.Selected
function Connection:select_mailbox(mailbox, opts) end

---@param mailbox string?
---@param opts {condstore: boolean?, qresync: (imap4.Selected|imap4.Known)?}?
---@return imap4.Selected
function Connection:examine_mailbox(mailbox, opts) end

---@param mailbox string
---@param identifier string?
---@return imap4.Rights
function Connection:rights(mailbox, identifier) end

---@param mailbox string
---@return imap4.AccessList
function Connection:acl(mailbox) end

---@param mailbox string?
---@return imap4.QuotaRoot[]
function Connection:quotas(mailbox) end

---@param root string?
---@return imap4.QuotaRoot
function Connection:quota(root) end

---@return imap4.Namespaces
function Connection:namespaces() end

---@param fields table<string, string|false>?
---@return table<string, string|false>
function Connection:server_id(fields) end

---@param mailbox string "" is the server
---@param entries string|string[]
---@return table<string, string|false>
function Connection:metadata(mailbox, entries) end

---@param mailbox string
---@param values table<string, string|false>
---@return true
function Connection:set_metadata(mailbox, values) end

---@param mailbox string
---@param entry string? "*"
---@param attribute string? "value"
---@return table<string, table<string, any>>
function Connection:annotations(mailbox, entry, attribute) end

---@param criteria string|imap4.Argument[]|nil
---@param opts {uid: boolean?, charset: string?}?
---@return integer[]
function Connection:find(criteria, opts) end

---@param keys imap4.Words
---@param criteria string|imap4.Argument[]|nil
---@param opts {uid: boolean?, charset: string?}?
---@return integer[]
function Connection:find_sorted(keys, criteria, opts) end

---@param algorithm string?
---@param criteria string|imap4.Argument[]|nil
---@param opts {uid: boolean?, charset: string?}?
---@return imap4.ThreadNode[]
function Connection:find_threads(algorithm, criteria, opts) end

---@param criteria string|imap4.Argument[]|nil
---@param returns imap4.Words?
---@param opts {uid: boolean?, charset: string?}?
---@return imap4.ExtendedSearch?
function Connection:find_extended(criteria, returns, opts) end

---@param set imap4.Set
---@param items imap4.Words
---@param opts {uid: boolean?, changed_since: (integer|string)?}?
---@return imap4.Message[]
function Connection:fetch_messages(set, items, opts) end

---@param number integer
---@param items imap4.Words
---@param opts {uid: boolean?, changed_since: (integer|string)?}?
---@return imap4.Message?
function Connection:fetch_message(number, items, opts) end

---@param set imap4.Set
---@param items imap4.Words
---@param opts imap4.RowOptions?
---@return imap4.MessageRows, nil, nil, imap4.MessageRows # the last is what a for loop of Lua 5.4 closes
function Connection:each_message(set, items, opts) end

---@param name string
---@param ... imap4.Argument
---@return imap4.ResponseRows, nil, nil, imap4.ResponseRows
function Connection:each_row(name, ...) end

---@param set imap4.Set
---@param how "add"|"remove"|"replace"|"+"|"-"|""
---@param flags imap4.Words
---@param opts {uid: boolean?, silent: boolean?, unchanged_since: (integer|string)?}?
---@return {messages: imap4.Message[], modified: {[1]: integer, [2]: integer}[]}
function Connection:store_flags(set, how, flags, opts) end

---@param set imap4.Set
---@param mailbox string
---@param opts {uid: boolean?}?
---@return imap4.Copied?
function Connection:copy_messages(set, mailbox, opts) end

---@param set imap4.Set
---@param mailbox string
---@param opts {uid: boolean?}?
---@return imap4.Copied?
function Connection:move_messages(set, mailbox, opts) end

---@param uids imap4.Set?
---@return integer[]
function Connection:expunge_messages(uids) end

---@param mailbox string?
---@param message string|file*|integer|(fun(): string?)
---@param opts {flags: imap4.Words?, date: imap4.Date?, size: integer?, verbatim: boolean?}?
---@return imap4.Appended?
function Connection:append_message(mailbox, message, opts) end

---@param mailbox string?
---@param list (string|file*|{message: any, flags: imap4.Words?, date: imap4.Date?, size: integer?, verbatim: boolean?})[]
---@return imap4.Appended?
function Connection:append_messages(mailbox, list) end

---@param fill (fun(queue: imap4.Pipeline): ...)
---@return any
function Connection:pipeline(fill) end

---@return fun(): imap4.Response?
function Connection:events() end

function Connection:forget_untagged() end

---@param duration number?
---@return fun(): imap4.Response?, nil, nil, imap4.Idler # the last is what a for loop of Lua 5.4 closes
function Connection:each_event(duration) end

---@param duration number?
---@return imap4.Response[]
function Connection:idle_events(duration) end

-- ---- The connection itself ----------------------------------------------------------------------

function Connection:disconnect() end

function Connection:logout_and_disconnect() end

---@return boolean
function Connection:is_closed() end

---@param name string
---@return boolean
function Connection:has_capability(name) end

---@return boolean
function Connection:is_capability_stale() end

---@return imap4.TlsInfo?
function Connection:tls_info() end

---@return integer?
function Connection:child_pid() end

---@return integer?
function Connection:child_status() end

---@param name string
---@return any
function Connection:option(name) end

---@param name string
---@param value any
function Connection:set_option(name, value) end

---@param call (fun(done: integer, total: integer))?
function Connection:on_progress(call) end

---@param call (fun(line: string, time: number))?
function Connection:on_trace(call) end

---@param call imap4.Wait?
function Connection:on_wait(call) end

function Connection:wakeup() end

---@return any
function Connection:resume() end

-- ---- What methods give ---------------------------------------------------------------------------

---@class imap4.LiteralInfo
---@field item string
---@field size integer
---@field number integer?
---@field uid integer?
---@field binary boolean

---@alias imap4.Sink (fun(octets: string, info: imap4.LiteralInfo))|file*|integer

---@class imap4.RowOptions
---@field uid boolean?
---@field changed_since (integer|string)?
---@field stream imap4.Words? items whose literals are not kept
---@field to imap4.Sink? where these go
---@field on_literal (fun(info: imap4.LiteralInfo): imap4.Sink?)?

---@class imap4.MessageRows
---@operator call: imap4.Message?
---@field response imap4.Response? the command's result, at the end
local MessageRows = {}

---@return imap4.Message?
function MessageRows:next() end

function MessageRows:close() end

---@class imap4.ResponseRows
---@operator call: imap4.Response?
---@field response imap4.Response?
local ResponseRows = {}

---@return imap4.Response?
function ResponseRows:next() end

function ResponseRows:close() end

---@class imap4.Idler
---@operator call: string?
local Idler = {}

---@param seconds number?
---@return imap4.Response?
function Idler:next(seconds) end

---@param interval number?
---@return fun(): string?, imap4.Data
function Idler:burst(interval) end

function Idler:close() end

---Has the methods of a connection that are one command each; they give imap4.Pending.
---@class imap4.Pipeline
---@field [string] fun(self: imap4.Pipeline, ...: any): imap4.Pending

---@class imap4.Pending
local Pending = {}

---@return imap4.Pending
function Pending:wait() end

---@return boolean
function Pending:is_done() end

---@return any ... what the method would have given
function Pending:value() end
