---@meta imap4
-- The types of the whole binding, for lua-language-server ("workspace.library": this folder). Never loaded by a program.

---@class imap4
---@field version string the library's version
---@field header_version string the version of the header that the binding was made from
---@field backend "ffi"|"module"
local imap4 = {}

-- ---- Values ------------------------------------------------------------------------------------

---@alias imap4.Data (string|{ [1]: string, [2]: string }|nil)[] imaplib's data, with n; a pair is a text and its literal
---@alias imap4.Typ "OK"|"NO"
---@alias imap4.Range { first: integer?, last: integer? }
---@alias imap4.Set integer|string|integer[]|imap4.Range|(integer|imap4.Range)[]
---@alias imap4.Words string|string[] ready text, or word by word
---@alias imap4.Date integer|string|osdate
---@alias imap4.Wait fun(fd: integer, events: "r"|"w"|"rw", seconds: number?)

---An argument of a command. false is NIL; arrays are lists, of numbers alone: sets.
---@alias imap4.Argument string|number|false|imap4.Typed|imap4.Argument[]

---@class imap4.Typed Says how an argument is sent: one of these fields.
---@field atom string?
---@field string string?
---@field literal string?
---@field mailbox string?
---@field raw_mailbox string?
---@field pattern string?
---@field set imap4.Set?
---@field flags imap4.Words?
---@field date imap4.Date? an INTERNALDATE
---@field search_date imap4.Date? a day of SEARCH, in local time: os.time(), or "1-Feb-2024"
---@field raw string?
---@field items imap4.Words?
---@field secret string?
---@field list imap4.Argument[]?

---@class imap4.Error
---@field class "error"|"abort"|"readonly"|"system"|"timeout"|"tls"|"no"|"bad"|"argument"|"interrupted"
---@field code string the library's return code: "IMAP_ERR_TIMEOUT"
---@field message string
---@field text string the server's words
---@field response_code string
---@field errno integer

---@class imap4.Io
---@field read fun(self: imap4.Io, most: integer, seconds: number?): string?
---@field write fun(self: imap4.Io, octets: string): integer|true|nil, string?
---@field close? fun(self: imap4.Io)

---@class imap4.Options
---@field host string?
---@field port integer?
---@field address string? a numeric address in place of resolving host
---@field local_address string?
---@field ip_family 4|6|nil
---@field command string? a line of /bin/sh that talks IMAP
---@field argv string[]?
---@field read_fd integer?
---@field write_fd integer?
---@field keep_fds boolean?
---@field secure boolean? command, argv, descriptors or io are private
---@field io imap4.Io?
---@field tls "implicit"|"starttls"|"none"|nil
---@field verify boolean?
---@field ca_file string?
---@field ca_dir string?
---@field cert_file string?
---@field key_file string?
---@field server_name string?
---@field min_tls_version string|number|nil
---@field user string?
---@field password string?
---@field mechanism "PLAIN"|"LOGIN"|"CRAM-MD5"|nil
---@field allow_plaintext_auth boolean?
---@field timeout number? seconds: connect_timeout and stall_timeout
---@field connect_timeout number?
---@field stall_timeout number?
---@field call_timeout number?
---@field idle_renew number?
---@field idle_poll number?
---@field max_line integer?
---@field max_literal integer?
---@field max_response integer?
---@field max_depth integer?
---@field max_unasked integer?
---@field max_kept integer?
---@field untagged_keep integer?
---@field literal_stream_min integer?
---@field literal_stream_items string?
---@field keepalive boolean?
---@field trace_level integer?
---@field trace_keep integer?
---@field wait imap4.Wait?
---@field progress fun(done: integer, total: integer)?
---@field trace fun(line: string, time: number)?

-- ---- The module --------------------------------------------------------------------------------

---@param opts imap4.Options
---@return imap4.Connection
function imap4.open(opts) end

---Opens, calls use(conn), logs out; gives what use gave.
---@generic T
---@param opts imap4.Options
---@param use fun(conn: imap4.Connection): T
---@return T
function imap4.with(opts, use) end

---@param host string?
---@param port integer?
---@param timeout number|imap4.Options|nil
---@return imap4.Connection
function imap4.IMAP4(host, port, timeout) end

---@param host string?
---@param port integer?
---@param opts number|imap4.Options|nil
---@return imap4.Connection
function imap4.IMAP4_SSL(host, port, opts) end

---@param command string
---@param opts number|imap4.Options|nil
---@return imap4.Connection
function imap4.IMAP4_stream(command, opts) end

---@param err any
---@param class string
---@return boolean
function imap4.is(err, class) end

---@param octets string
---@param opts { max_line: integer?, max_literal: integer?, max_response: integer?, max_depth: integer?, max_kept: integer? }?
---@return imap4.Response? response nil if it goes on beyond the octets
---@return integer used
function imap4.parse(octets, opts) end

---@param fd integer
---@param events "r"|"w"|"rw"
---@param seconds number?
---@return string
function imap4.poll(fd, events, seconds) end

---@return number
function imap4.now() end

---@param name string
---@return boolean
function imap4.has_feature(name) end

---@param code string
---@return string
function imap4.error_text(code) end

---@param text string
---@return integer? seconds
---@return integer? offset_minutes
function imap4.Internaldate2tuple(text) end

---@param date_time imap4.Date
---@param offset_minutes integer?
---@return string
function imap4.Time2Internaldate(date_time, offset_minutes) end

---@param number integer
---@return string
function imap4.Int2AP(number) end

---@param text string
---@return string[]
function imap4.ParseFlags(text) end

---@param text string
---@return string
function imap4.utf7_encode(text) end

---@param text string
---@return string
function imap4.utf7_decode(text) end

---@param text string
---@return string
function imap4.header_decode(text) end

return imap4
