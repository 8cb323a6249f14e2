---@meta imap4.values
-- Responses, messages and what is in them.

---@class imap4.Response
---@field status "OK"|"NO"|"BAD"|"BYE"|"PREAUTH"|nil
---@field kind string "fetch", "exists", "list", …, "other"
---@field name string
---@field number integer?
---@field text string?
---@field message_text string?
---@field raw string
---@field arrival integer
---@field malformed boolean
---@field row_count integer
---@field rows imap4.Response[]
---@field tree table
---@field code imap4.Code?
---@field message imap4.Message?
---@field messages imap4.Message[]
---@field mailboxes imap4.Mailbox[]
---@field list imap4.Mailbox[]
---@field mailbox_status imap4.MailboxStatus?
---@field mailbox_statuses imap4.MailboxStatus[]
---@field numbers integer[]
---@field modseq string?
---@field extended_search imap4.ExtendedSearch?
---@field extended_searches imap4.ExtendedSearch[]
---@field threads imap4.ThreadNode[]?
---@field vanished imap4.Vanished?
---@field quotas imap4.QuotaRoot[]
---@field quota_roots string[]?
---@field acl imap4.AccessList?
---@field rights imap4.Rights?
---@field namespaces imap4.Namespaces?
---@field id table<string, string|false>?
---@field metadata imap4.Annotations[]
---@field annotations imap4.Annotations[]
---@field enabled string[]?
---@field capabilities string[]?
---@field flags string[]?
---@field appenduid imap4.Appended?
---@field copyuid imap4.Copied?
local Response = {}

---@param name string?
---@return imap4.Data
function Response:items(name) end

function Response:free() end

---@class imap4.Code
---@field name string
---@field argument string?
---@field number (integer|string)?
---@field second integer?
---@field text string?
---@field words string[]?
---@field source { [1]: integer, [2]: integer }[]?
---@field set { [1]: integer, [2]: integer }[]?
---@field malformed boolean

---@class imap4.Mailbox
---@field name string
---@field raw_name string
---@field delimiter string?
---@field attributes string[]
---@field children string[]
---@field old_name string?
---@field extended table<string, any>
---@field malformed boolean
local Mailbox = {}

---@param name string
---@return boolean
function Mailbox:has_attribute(name) end

---@return boolean
function Mailbox:is_selectable() end

---@class imap4.MailboxStatus
---@field name string
---@field raw_name string
---@field messages integer?
---@field recent integer?
---@field unseen integer?
---@field uidnext integer?
---@field uidvalidity integer?
---@field deleted integer?
---@field size integer?
---@field deleted_storage integer?
---@field highestmodseq string?
---@field appendlimit (integer|"none")?
---@field mailboxid string?
---@field malformed boolean

---@class imap4.Selected
---@field exists integer?
---@field recent integer?
---@field flags string[]?
---@field permanent_flags string[]?
---@field uidvalidity integer?
---@field uidnext integer?
---@field unseen integer?
---@field highestmodseq string?
---@field mailboxid string?
---@field readonly boolean
---@field messages imap4.Message[]? with qresync: those that have changed
---@field vanished imap4.Vanished? with qresync: those that are gone; nil if the server told of none

---What qresync takes in place of an earlier imap4.Selected.
---@class imap4.Known
---@field uidvalidity integer
---@field highestmodseq string|integer
---@field uids imap4.Set? the UIDs that are known; all if nil

---@class imap4.ExtendedSearch
---@field uid boolean
---@field min integer?
---@field max integer?
---@field count integer?
---@field modseq string?
---@field tag string?
---@field all { [1]: integer, [2]: integer }[]?
---@field partial { [1]: integer, [2]: integer }[]?
---@field partial_range string?
---@field numbers integer[]
---@field mailbox string?
---@field uidvalidity integer?
---@field malformed boolean

---@class imap4.ThreadNode
---@field number integer? nil of a message that is not in the mailbox
---@field children imap4.ThreadNode[]

---@class imap4.Vanished
---@field uids integer[]
---@field ranges { [1]: integer, [2]: integer }[]
---@field earlier boolean
---@field malformed boolean

---@class imap4.QuotaRoot
---@field root string?
---@field resources { name: string, usage: integer?, limit: integer? }[]

---@class imap4.AccessList
---@field mailbox string?
---@field rights table<string, string>

---@class imap4.Rights
---@field mailbox string?
---@field identifier string?
---@field rights string?
---@field optional string[]

---@class imap4.Namespace
---@field prefix string
---@field raw_prefix string
---@field delimiter string?
---@field translation string?

---@class imap4.Namespaces
---@field personal imap4.Namespace[]
---@field others imap4.Namespace[]
---@field shared imap4.Namespace[]

---@class imap4.Annotations
---@field mailbox string?
---@field entries table<string, any>

---@class imap4.Appended
---@field uidvalidity integer?
---@field uid integer? the first one
---@field ranges { [1]: integer, [2]: integer }[]
---@field uids integer[] one by one

---@class imap4.Copied
---@field uidvalidity integer?
---@field ranges { [1]: integer, [2]: integer, [3]: integer }[] from, to, how many
---@field pairs table<integer, integer> old UID => new UID

---@class imap4.TlsInfo
---@field version string?
---@field cipher string?
---@field certificate string?
---@field verified boolean

-- ---- Messages ----------------------------------------------------------------------------------

---@class imap4.Message
---@field seq integer?
---@field uid integer?
---@field size integer?
---@field internaldate integer? seconds since 1970 (UTC)
---@field offset_minutes integer?
---@field flags string[]?
---@field modseq string?
---@field gm_msgid string?
---@field gm_thrid string?
---@field gm_labels string[]?
---@field email_id string?
---@field thread_id string?
---@field preview string?
---@field save_date integer?
---@field envelope imap4.Envelope?
---@field body_structure imap4.Part?
---@field sections imap4.Section[]
---@field malformed boolean
local Message = {}

---@param name string in any case: "\\Seen"
---@return boolean # false, too, where FLAGS was not fetched
function Message:has_flag(name) end

---@param item string
---@return string?
function Message:section(item) end

---@param name string an item without a field here: "X-SOMETHING"
---@return any # a string, a number, or a table as in a response's tree
function Message:item(name) end

---@return imap4.Message
function Message:keep() end

---@class imap4.Section
---@field item string
---@field part string
---@field kind integer
---@field octets string?
---@field origin integer
---@field binary boolean
---@field streamed boolean

---@class imap4.Envelope
---@field date string?
---@field subject string? decoded
---@field raw_subject string?
---@field in_reply_to string?
---@field message_id string?
---@field from imap4.Address[]
---@field sender imap4.Address[]
---@field reply_to imap4.Address[]
---@field to imap4.Address[]
---@field cc imap4.Address[]
---@field bcc imap4.Address[]
---@field malformed boolean

---@class imap4.Address
---@field name string? decoded
---@field raw_name string?
---@field mailbox string?
---@field host string?
---@field route string?
---@field address string? "mailbox@host"
---@field group string? a group of this name begins
---@field group_end true?

---@class imap4.Part
---@field number string?
---@field media_type string?
---@field subtype string?
---@field type string "text/plain", in lower case
---@field params table<string, string>
---@field id string?
---@field description string? decoded
---@field raw_description string?
---@field encoding string?
---@field octets integer?
---@field lines integer?
---@field md5 string?
---@field disposition string?
---@field disposition_params table<string, string>
---@field language string[]
---@field location string?
---@field filename string?
---@field multipart boolean
---@field parts imap4.Part[]
---@field envelope imap4.Envelope?
---@field body imap4.Part?
---@field malformed boolean
local Part = {}

---@return fun(todo: table): imap4.Part?
---@return table
function Part:walk() end

---@param number string
---@return imap4.Part?
function Part:part(number) end

---@return boolean
function Part:is_attachment() end

---@param media_type string?
---@param disposition string?
---@return imap4.Part[]
function Part:search_all(media_type, disposition) end

---@param media_type string?
---@param disposition string?
---@return imap4.Part?
function Part:search(media_type, disposition) end
