---@meta imap4.imaplib
-- imaplib's methods of a connection, in lower and upper case.

---@class imap4.Connection
local Connection = {}

---@param mailbox string?
---@param flags imap4.Words?
---@param date_time imap4.Date?
---@param message string
---@param opts {translate_line_endings: boolean?}?
---@return imap4.Typ
---@return imap4.Data
function Connection:append(mailbox, flags, date_time, message, opts) end

Connection.APPEND = Connection.append

---@param mechanism string
---@param authobject (fun(challenge: string): string?)|{user: string, password: string, authzid: string?}
---@param opts {initial: string?}?
---@return imap4.Typ
---@return imap4.Data
function Connection:authenticate(mechanism, authobject, opts) end

Connection.AUTHENTICATE = Connection.authenticate

---@return imap4.Typ
---@return imap4.Data
function Connection:capability() end

Connection.CAPABILITY = Connection.capability

---@return imap4.Typ
---@return imap4.Data
function Connection:check() end

Connection.CHECK = Connection.check

---@return imap4.Typ
---@return imap4.Data
function Connection:close() end

Connection.CLOSE = Connection.close

---@param message_set imap4.Set
---@param new_mailbox string
---@param opts {uid: boolean?}?
---@return imap4.Typ
---@return imap4.Data
function Connection:copy(message_set, new_mailbox, opts) end

Connection.COPY = Connection.copy

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:create(mailbox) end

Connection.CREATE = Connection.create

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:delete(mailbox) end

Connection.DELETE = Connection.delete

---@param mailbox string
---@param who string
---@return imap4.Typ
---@return imap4.Data
function Connection:deleteacl(mailbox, who) end

Connection.DELETEACL = Connection.deleteacl

---@param capability string
---@return imap4.Typ
---@return imap4.Data
function Connection:enable(capability) end

Connection.ENABLE = Connection.enable

---@param uid_set imap4.Set?
---@return imap4.Typ
---@return imap4.Data
function Connection:expunge(uid_set) end

Connection.EXPUNGE = Connection.expunge

---@param message_set imap4.Set
---@param message_parts imap4.Words
---@param opts {uid: boolean?}?
---@return imap4.Typ
---@return imap4.Data
function Connection:fetch(message_set, message_parts, opts) end

Connection.FETCH = Connection.fetch

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:getacl(mailbox) end

Connection.GETACL = Connection.getacl

---@param mailbox string
---@param entry string
---@param attribute string
---@return imap4.Typ
---@return imap4.Data
function Connection:getannotation(mailbox, entry, attribute) end

Connection.GETANNOTATION = Connection.getannotation

---@param root string
---@return imap4.Typ
---@return imap4.Data
function Connection:getquota(root) end

Connection.GETQUOTA = Connection.getquota

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:getquotaroot(mailbox) end

Connection.GETQUOTAROOT = Connection.getquotaroot

---@param fields table<string, string|false>|(string|false)[]|nil
---@return imap4.Typ
---@return imap4.Data
function Connection:id(fields) end

Connection.ID = Connection.id

---@param directory string?
---@param pattern string?
---@return imap4.Typ
---@return imap4.Data
function Connection:list(directory, pattern) end

Connection.LIST = Connection.list

---@param user string
---@param password string
---@return imap4.Typ
---@return imap4.Data
function Connection:login(user, password) end

Connection.LOGIN = Connection.login

---@param user string
---@param password string
---@return imap4.Typ
---@return imap4.Data
function Connection:login_cram_md5(user, password) end

Connection.LOGIN_CRAM_MD5 = Connection.login_cram_md5

---@param user string
---@param password string
---@return imap4.Typ
---@return imap4.Data
function Connection:login_plain(user, password) end

Connection.LOGIN_PLAIN = Connection.login_plain

---@return imap4.Typ
---@return imap4.Data
function Connection:logout() end

Connection.LOGOUT = Connection.logout

---@param directory string?
---@param pattern string?
---@return imap4.Typ
---@return imap4.Data
function Connection:lsub(directory, pattern) end

Connection.LSUB = Connection.lsub

---@param message_set imap4.Set
---@param new_mailbox string
---@param opts {uid: boolean?}?
---@return imap4.Typ
---@return imap4.Data
function Connection:move(message_set, new_mailbox, opts) end

Connection.MOVE = Connection.move

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:myrights(mailbox) end

Connection.MYRIGHTS = Connection.myrights

---@return imap4.Typ
---@return imap4.Data
function Connection:namespace() end

Connection.NAMESPACE = Connection.namespace

---@return imap4.Typ
---@return imap4.Data
function Connection:noop() end

Connection.NOOP = Connection.noop

---@param message_num integer|string
---@param message_part string
---@param start integer|string
---@param length integer|string
---@return imap4.Typ
---@return imap4.Data
function Connection:partial(message_num, message_part, start, length) end

Connection.PARTIAL = Connection.partial

---@param user string
---@return imap4.Typ
---@return imap4.Data
function Connection:proxyauth(user) end

Connection.PROXYAUTH = Connection.proxyauth

---@return imap4.Typ
---@return imap4.Data
function Connection:recent() end

Connection.RECENT = Connection.recent

---@param oldmailbox string
---@param newmailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:rename(oldmailbox, newmailbox) end

Connection.RENAME = Connection.rename

---@param charset string?
---@param ... imap4.Words|{uid: boolean?}
---@return imap4.Typ
---@return imap4.Data
function Connection:search(charset, ...) end

Connection.SEARCH = Connection.search

---@param mailbox string?
---@param readonly (boolean|{readonly: boolean?})?
---@return imap4.Typ
---@return imap4.Data
function Connection:select(mailbox, readonly) end

Connection.SELECT = Connection.select

---@param mailbox string
---@param who string
---@param what string
---@return imap4.Typ
---@return imap4.Data
function Connection:setacl(mailbox, who, what) end

Connection.SETACL = Connection.setacl

---@param mailbox string
---@param entry string
---@param ... string
---@return imap4.Typ
---@return imap4.Data
function Connection:setannotation(mailbox, entry, ...) end

Connection.SETANNOTATION = Connection.setannotation

---@param root string
---@param limits string
---@return imap4.Typ
---@return imap4.Data
function Connection:setquota(root, limits) end

Connection.SETQUOTA = Connection.setquota

---@param sort_criteria imap4.Words
---@param charset string? UTF-8
---@param ... imap4.Words|{uid: boolean?}
---@return imap4.Typ
---@return imap4.Data
function Connection:sort(sort_criteria, charset, ...) end

Connection.SORT = Connection.sort

---@param ssl_context nil
---@return imap4.Typ
---@return imap4.Data
function Connection:starttls(ssl_context) end

Connection.STARTTLS = Connection.starttls

---@param mailbox string
---@param names string
---@return imap4.Typ
---@return imap4.Data
function Connection:status(mailbox, names) end

Connection.STATUS = Connection.status

---@param message_set imap4.Set
---@param command string
---@param flag_list imap4.Words
---@param opts {uid: boolean?}?
---@return imap4.Typ
---@return imap4.Data
function Connection:store(message_set, command, flag_list, opts) end

Connection.STORE = Connection.store

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:subscribe(mailbox) end

Connection.SUBSCRIBE = Connection.subscribe

---@param threading_algorithm string
---@param charset string? UTF-8
---@param ... imap4.Words|{uid: boolean?}
---@return imap4.Typ
---@return imap4.Data
function Connection:thread(threading_algorithm, charset, ...) end

Connection.THREAD = Connection.thread

---@param command string
---@param ... string? nil only as the charset of SEARCH
---@return imap4.Typ
---@return imap4.Data
function Connection:uid(command, ...) end

Connection.UID = Connection.uid

---@return imap4.Typ
---@return imap4.Data
function Connection:unselect() end

Connection.UNSELECT = Connection.unselect

---@param mailbox string
---@return imap4.Typ
---@return imap4.Data
function Connection:unsubscribe(mailbox) end

Connection.UNSUBSCRIBE = Connection.unsubscribe

---@param name string
---@param ... string
---@return imap4.Typ
---@return imap4.Data
function Connection:xatom(name, ...) end

Connection.XATOM = Connection.xatom

---@param code string
---@return string
---@return imap4.Data
function Connection:response(code) end

---@param duration number?
---@return imap4.Idler
function Connection:idle(duration) end

---@param duration number?
---@return imap4.Idler
function Connection:IDLE(duration) end

---@param data string
function Connection:send(data) end

---@param data string
function Connection:send_raw(data) end

---@return string
function Connection:readline() end

---@param size integer
---@return string
function Connection:read(size) end

function Connection:shutdown() end

---@return integer?
function Connection:socket() end

---@return {text: string, time: number}[]
function Connection:log() end

---@param file file*?
function Connection:print_log(file) end

function Connection:clear_log() end
