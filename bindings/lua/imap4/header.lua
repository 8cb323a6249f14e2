-- Written by tools/bindings/run from include/imap4.h: change that. Goes in: nothing. Comes out: the declarations for
-- LuaJIT's ffi (cdef), the constants by their C names (constants), the version of the header (version).
return {
  version = 100,
  constants = {
    IMAP_ARG_SECRET = 1,
    IMAP_ROOT = 4294967295,
    IMAP_PART_BAD_TYPE = 1,
    IMAP_PART_BAD_FIELDS = 2,
    IMAP_PART_BAD_SIZE = 4,
    IMAP_PART_BAD_PARTS = 8,
    IMAP_PART_BAD_EXTENSION = 16,
    IMAP_INTERNALDATE_SIZE = 29,
    IMAP_INT_TO_AP_SIZE = 17,
    IMAP_OK = 0,
    IMAP_NO = 1,
    IMAP_BAD = 2,
    IMAP_AGAIN = 3,
    IMAP_QUEUED = 4,
    IMAP_EVENT = 5,
    IMAP_LITERAL = 6,
    IMAP_CHALLENGE = 7,
    IMAP_END = 8,
    IMAP_READONLY = 9,
    IMAP_ERR_ARGUMENT = -100,
    IMAP_ERR_HANDLE = -101,
    IMAP_ERR_NOMEM = -102,
    IMAP_ERR_BUSY = -103,
    IMAP_ERR_FORKED = -104,
    IMAP_ERR_INTERNAL = -105,
    IMAP_ERR_STATE = -106,
    IMAP_ERR_UNSUPPORTED = -107,
    IMAP_ERR_SYSTEM = -108,
    IMAP_ERR_RESOLVE = -109,
    IMAP_ERR_TIMEOUT = -110,
    IMAP_ERR_CLOSED = -111,
    IMAP_ERR_BYE = -112,
    IMAP_ERR_PROTOCOL = -113,
    IMAP_ERR_LIMIT = -114,
    IMAP_ERR_GREETING = -115,
    IMAP_ERR_TLS = -116,
    IMAP_ERR_TLS_VERIFY = -117,
    IMAP_ERR_TLS_REFUSED = -118,
    IMAP_ERR_AUTH = -119,
    IMAP_ERR_READONLY = -120,
    IMAP_ERR_INTERRUPTED = -121,
    IMAP_ERR_WOKEN = -122,
    IMAP_ERR_INSECURE = -123,
    IMAP_CLASS_NONE = 0,
    IMAP_CLASS_ERROR = 1,
    IMAP_CLASS_ABORT = 2,
    IMAP_CLASS_READONLY = 3,
    IMAP_CLASS_SYSTEM = 4,
    IMAP_CLASS_TIMEOUT = 5,
    IMAP_CLASS_TLS = 6,
    IMAP_CLASS_ARGUMENT = 7,
    IMAP_CLASS_INTERRUPTED = 8,
    IMAP_OPT_NONBLOCK = 1,
    IMAP_OPT_RETURN_ON_SIGNAL = 2,
    IMAP_OPT_CONNECT_TIMEOUT_MS = 3,
    IMAP_OPT_STALL_TIMEOUT_MS = 4,
    IMAP_OPT_CALL_TIMEOUT_MS = 5,
    IMAP_OPT_MAX_LINE = 6,
    IMAP_OPT_MAX_LITERAL = 7,
    IMAP_OPT_MAX_RESPONSE = 8,
    IMAP_OPT_MAX_DEPTH = 9,
    IMAP_OPT_MAX_UNASKED = 10,
    IMAP_OPT_MAX_KEPT = 11,
    IMAP_OPT_UNTAGGED_KEEP = 12,
    IMAP_OPT_TRACE_LEVEL = 13,
    IMAP_OPT_TRACE_KEEP = 14,
    IMAP_OPT_TLS_VERIFY = 15,
    IMAP_OPT_TLS_MIN_VERSION = 16,
    IMAP_OPT_IP_FAMILY = 17,
    IMAP_OPT_KEEPALIVE = 18,
    IMAP_OPT_ALLOW_PLAINTEXT_AUTH = 19,
    IMAP_OPT_RESOLVE_INLINE = 20,
    IMAP_OPT_LITERAL_STREAM_MIN = 21,
    IMAP_OPT_IDLE_RENEW_MS = 22,
    IMAP_OPT_IDLE_POLL_MS = 23,
    IMAP_OPT_TLS_CA_FILE = 101,
    IMAP_OPT_TLS_CA_DIR = 102,
    IMAP_OPT_TLS_CERT_FILE = 103,
    IMAP_OPT_TLS_KEY_FILE = 104,
    IMAP_OPT_TLS_SERVER_NAME = 105,
    IMAP_OPT_CONNECT_ADDR = 106,
    IMAP_OPT_LOCAL_ADDR = 107,
    IMAP_OPT_LITERAL_STREAM_ITEMS = 108,
    IMAP_TLS_IMPLICIT = 0,
    IMAP_TLS_STARTTLS = 1,
    IMAP_TLS_NONE = 2,
    IMAP_UID = 1,
    IMAP_EXAMINE = 2,
    IMAP_APPEND_VERBATIM = 4,
    IMAP_FD_KEEP = 8,
    IMAP_FD_SECURE = 16,
    IMAP_STATE_NONAUTH = 0,
    IMAP_STATE_AUTH = 1,
    IMAP_STATE_SELECTED = 2,
    IMAP_STATE_LOGOUT = 3,
    IMAP_STATE_IDLING = 4,
    IMAP_ARG_ATOM = 1,
    IMAP_ARG_ASTRING = 2,
    IMAP_ARG_STRING = 3,
    IMAP_ARG_LITERAL = 4,
    IMAP_ARG_MAILBOX = 5,
    IMAP_ARG_MAILBOX_RAW = 6,
    IMAP_ARG_LIST_MAILBOX = 7,
    IMAP_ARG_SET = 8,
    IMAP_ARG_FLAGS = 9,
    IMAP_ARG_NUMBER = 10,
    IMAP_ARG_DATE = 11,
    IMAP_ARG_RAW = 12,
    IMAP_ARG_LIST_OPEN = 13,
    IMAP_ARG_LIST_CLOSE = 14,
    IMAP_ARG_MAILBOX_LENIENT = 15,
    IMAP_ARG_ASTRING_LENIENT = 16,
    IMAP_ARG_ITEMS = 17,
    IMAP_ARG_NIL = 18,
    IMAP_STATUS_NONE = 0,
    IMAP_STATUS_OK = 1,
    IMAP_STATUS_NO = 2,
    IMAP_STATUS_BAD = 3,
    IMAP_STATUS_BYE = 4,
    IMAP_STATUS_PREAUTH = 5,
    IMAP_NODE_NONE = 0,
    IMAP_NODE_ATOM = 1,
    IMAP_NODE_NUMBER = 2,
    IMAP_NODE_STRING = 3,
    IMAP_NODE_LITERAL = 4,
    IMAP_NODE_NIL = 5,
    IMAP_NODE_LIST = 6,
    IMAP_NODE_CODE = 7,
    IMAP_NODE_TEXT = 8,
    IMAP_NODE_JUNK = 9,
    IMAP_KIND_OTHER = 0,
    IMAP_KIND_FETCH = 1,
    IMAP_KIND_EXISTS = 2,
    IMAP_KIND_EXPUNGE = 3,
    IMAP_KIND_RECENT = 4,
    IMAP_KIND_FLAGS = 5,
    IMAP_KIND_SEARCH = 6,
    IMAP_KIND_ESEARCH = 7,
    IMAP_KIND_SORT = 8,
    IMAP_KIND_THREAD = 9,
    IMAP_KIND_LIST = 10,
    IMAP_KIND_LSUB = 11,
    IMAP_KIND_XLIST = 12,
    IMAP_KIND_STATUS = 13,
    IMAP_KIND_VANISHED = 14,
    IMAP_KIND_CAPABILITY = 15,
    IMAP_KIND_ENABLED = 16,
    IMAP_KIND_ID = 17,
    IMAP_KIND_NAMESPACE = 18,
    IMAP_KIND_QUOTA = 19,
    IMAP_KIND_QUOTAROOT = 20,
    IMAP_KIND_ACL = 21,
    IMAP_KIND_LISTRIGHTS = 22,
    IMAP_KIND_MYRIGHTS = 23,
    IMAP_KIND_METADATA = 24,
    IMAP_KIND_ANNOTATION = 25,
    IMAP_KIND_UIDFETCH = 26,
    IMAP_KIND_OK = 27,
    IMAP_KIND_NO = 28,
    IMAP_KIND_BAD = 29,
    IMAP_KIND_BYE = 30,
    IMAP_KIND_PREAUTH = 31,
    IMAP_KIND_CONTINUATION = 32,
    IMAP_KIND_OVERFLOW = 33,
    IMAP_SECTION_WHOLE = 0,
    IMAP_SECTION_HEADER = 1,
    IMAP_SECTION_HEADER_FIELDS = 2,
    IMAP_SECTION_HEADER_FIELDS_NOT = 3,
    IMAP_SECTION_TEXT = 4,
    IMAP_SECTION_MIME = 5,
    IMAP_SECTION_OTHER = 6,
    IMAP_FETCH_UID = 1,
    IMAP_FETCH_FLAGS = 2,
    IMAP_FETCH_INTERNALDATE = 4,
    IMAP_FETCH_SIZE = 8,
    IMAP_FETCH_ENVELOPE = 16,
    IMAP_FETCH_BODY = 32,
    IMAP_FETCH_BODYSTRUCTURE = 64,
    IMAP_FETCH_MODSEQ = 128,
    IMAP_FETCH_SECTION = 256,
    IMAP_FETCH_EMAILID = 512,
    IMAP_FETCH_THREADID = 1024,
    IMAP_FETCH_SAVEDATE = 2048,
    IMAP_FETCH_PREVIEW = 4096,
    IMAP_FETCH_GM_MSGID = 8192,
    IMAP_FETCH_GM_THRID = 16384,
    IMAP_FETCH_GM_LABELS = 32768,
    IMAP_FETCH_OTHER = 65536,
    IMAP_SEEN = 1,
    IMAP_ANSWERED = 2,
    IMAP_FLAGGED = 4,
    IMAP_DELETED = 8,
    IMAP_DRAFT = 16,
    IMAP_RECENT = 32,
    IMAP_FORWARDED = 64,
    IMAP_MDN_SENT = 128,
    IMAP_JUNK = 256,
    IMAP_NOT_JUNK = 512,
    IMAP_PHISHING = 1024,
    IMAP_IMPORTANT = 2048,
    IMAP_OTHER_FLAGS = 4096,
    IMAP_ADDRESS_MAILBOX = 1,
    IMAP_ADDRESS_GROUP_START = 2,
    IMAP_ADDRESS_GROUP_END = 3,
    IMAP_ATTRIBUTE_NOSELECT = 1,
    IMAP_ATTRIBUTE_NOINFERIORS = 2,
    IMAP_ATTRIBUTE_HASCHILDREN = 4,
    IMAP_ATTRIBUTE_HASNOCHILDREN = 8,
    IMAP_ATTRIBUTE_MARKED = 16,
    IMAP_ATTRIBUTE_UNMARKED = 32,
    IMAP_ATTRIBUTE_NONEXISTENT = 64,
    IMAP_ATTRIBUTE_SUBSCRIBED = 128,
    IMAP_ATTRIBUTE_REMOTE = 256,
    IMAP_ATTRIBUTE_ALL = 512,
    IMAP_ATTRIBUTE_ARCHIVE = 1024,
    IMAP_ATTRIBUTE_DRAFTS = 2048,
    IMAP_ATTRIBUTE_FLAGGED = 4096,
    IMAP_ATTRIBUTE_JUNK = 8192,
    IMAP_ATTRIBUTE_SENT = 16384,
    IMAP_ATTRIBUTE_TRASH = 32768,
    IMAP_ATTRIBUTE_IMPORTANT = 65536,
    IMAP_ATTRIBUTE_INBOX = 131072,
    IMAP_ATTRIBUTE_OTHER = 1073741824,
    IMAP_STATUS_HAS_MESSAGES = 1,
    IMAP_STATUS_HAS_RECENT = 2,
    IMAP_STATUS_HAS_UNSEEN = 4,
    IMAP_STATUS_HAS_UIDNEXT = 8,
    IMAP_STATUS_HAS_UIDVALIDITY = 16,
    IMAP_STATUS_HAS_SIZE = 32,
    IMAP_STATUS_HAS_DELETED = 64,
    IMAP_STATUS_HAS_DELETED_STORAGE = 128,
    IMAP_STATUS_HAS_HIGHESTMODSEQ = 256,
    IMAP_STATUS_HAS_APPENDLIMIT = 512,
    IMAP_STATUS_HAS_MAILBOXID = 1024,
    IMAP_ESEARCH_MIN = 1,
    IMAP_ESEARCH_MAX = 2,
    IMAP_ESEARCH_COUNT = 4,
    IMAP_ESEARCH_ALL = 8,
    IMAP_ESEARCH_MODSEQ = 16,
    IMAP_ESEARCH_PARTIAL = 32,
    IMAP_ESEARCH_ADDTO = 64,
    IMAP_ESEARCH_REMOVEFROM = 128,
    IMAP_CODE_OTHER = 0,
    IMAP_CODE_ALERT = 1,
    IMAP_CODE_ALREADYEXISTS = 2,
    IMAP_CODE_APPENDUID = 3,
    IMAP_CODE_AUTHENTICATIONFAILED = 4,
    IMAP_CODE_AUTHORIZATIONFAILED = 5,
    IMAP_CODE_BADCHARSET = 6,
    IMAP_CODE_CANNOT = 7,
    IMAP_CODE_CAPABILITY = 8,
    IMAP_CODE_CLIENTBUG = 9,
    IMAP_CODE_CLOSED = 10,
    IMAP_CODE_CONTACTADMIN = 11,
    IMAP_CODE_COPYUID = 12,
    IMAP_CODE_CORRUPTION = 13,
    IMAP_CODE_EXPIRED = 14,
    IMAP_CODE_EXPUNGEISSUED = 15,
    IMAP_CODE_HASCHILDREN = 16,
    IMAP_CODE_HIGHESTMODSEQ = 17,
    IMAP_CODE_INUSE = 18,
    IMAP_CODE_LIMIT = 19,
    IMAP_CODE_MAILBOXID = 20,
    IMAP_CODE_METADATA = 21,
    IMAP_CODE_MODIFIED = 22,
    IMAP_CODE_NOMODSEQ = 23,
    IMAP_CODE_NONEXISTENT = 24,
    IMAP_CODE_NOPERM = 25,
    IMAP_CODE_NOTSAVED = 26,
    IMAP_CODE_OVERQUOTA = 27,
    IMAP_CODE_PARSE = 28,
    IMAP_CODE_PERMANENTFLAGS = 29,
    IMAP_CODE_PRIVACYREQUIRED = 30,
    IMAP_CODE_READ_ONLY = 31,
    IMAP_CODE_READ_WRITE = 32,
    IMAP_CODE_SERVERBUG = 33,
    IMAP_CODE_TRYCREATE = 34,
    IMAP_CODE_UIDNEXT = 35,
    IMAP_CODE_UIDNOTSTICKY = 36,
    IMAP_CODE_UIDVALIDITY = 37,
    IMAP_CODE_UNAVAILABLE = 38,
    IMAP_CODE_UNKNOWN_CTE = 39,
    IMAP_CODE_UNSEEN = 40,
    IMAP_CODE_USEATTR = 41,
    IMAP_CODE_REFERRAL = 42,
    IMAP_CODE_TOOBIG = 43,
    IMAP_CODE_BADURL = 44,
    IMAP_CODE_URLMECH = 45,
    IMAP_CODE_COMPRESSIONACTIVE = 46,
    IMAP_CODE_BADCOMPARATOR = 47,
    IMAP_CODE_ANNOTATE = 48,
    IMAP_CODE_ANNOTATIONS = 49,
    IMAP_CODE_TEMPFAIL = 50,
    IMAP_CODE_MAXCONVERTMESSAGES = 51,
    IMAP_CODE_MAXCONVERTPARTS = 52,
    IMAP_CODE_NOUPDATE = 53,
    IMAP_CODE_NOTIFICATIONOVERFLOW = 54,
    IMAP_CODE_BADEVENT = 55,
    IMAP_CODE_UNDEFINED_FILTER = 56,
    IMAP_CODE_INPROGRESS = 57,
    IMAP_CODE_UIDREQUIRED = 58,
    IMAP_CODE_MESSAGELIMIT = 59,
    IMAP_CODE_APPENDLIMIT = 60,
    IMAP_WANT_READ = 1,
    IMAP_WANT_WRITE = 2,
  },
  cdef = [[
struct ssl_ctx_st;
typedef struct imap_reply imap_reply;
typedef struct imap_options imap_options;
typedef struct imap_conn imap_conn;
typedef struct imap_response imap_response;
typedef struct imap_io imap_io;
typedef struct imap_arg imap_arg;
typedef struct imap_fetch imap_fetch;
typedef struct imap_section imap_section;
typedef struct imap_envelope imap_envelope;
typedef struct imap_address imap_address;
typedef struct imap_part imap_part;
typedef struct imap_param imap_param;
typedef struct imap_list_entry imap_list_entry;
typedef struct imap_mailbox imap_mailbox;
typedef struct imap_status_data imap_status_data;
typedef struct imap_namespace_entry imap_namespace_entry;
typedef struct imap_esearch imap_esearch;
typedef struct imap_vanished imap_vanished;
typedef struct imap_thread_node imap_thread_node;
typedef struct imap_entry imap_entry;
typedef struct imap_quota imap_quota;
typedef struct imap_rights imap_rights;
typedef struct imap_copied imap_copied;
typedef struct imap_code imap_code;
typedef struct imap_literal imap_literal;
typedef struct imap_tls_info imap_tls_info;
typedef int (*imap_challenge_fn)(void *ctx, const char *challenge, size_t len, imap_reply *reply);
struct imap_io {
  size_t size;
  void *ctx;
  long (*read)(void *ctx, char *buf, size_t len, int timeout_ms);
  long (*write)(void *ctx, const char *buf, size_t len);
  void (*close)(void *ctx);
  int fd;
  int flags;
};
struct imap_arg {
  const char *ptr;
  size_t len;
  int32_t type;
  int32_t flags;
};
struct imap_fetch {
  size_t size;
  uint32_t seq;
  uint32_t uid;
  uint32_t has;
  uint32_t malformed;
  uint32_t flags;
  uint32_t flags_node;
  int64_t internaldate;
  int32_t internaldate_offset_min;
  uint32_t internaldate_node;
  uint64_t rfc822_size;
  uint64_t modseq;
  uint32_t envelope;
  uint32_t body;
  uint32_t bodystructure;
  uint32_t section_count;
  uint32_t email_id_node;
  uint32_t thread_id_node;
  int64_t save_date;
  int32_t save_date_offset_min;
  uint32_t save_date_node;
  uint32_t preview_node;
  uint32_t gm_labels_node;
  uint64_t gm_msgid;
  uint64_t gm_thrid;
};
struct imap_section {
  size_t size;
  const char *item;
  size_t item_len;
  const char *part;
  size_t part_len;
  int32_t kind;
  int32_t is_binary;
  uint64_t origin;
  const char *ptr;
  size_t len;
  uint32_t node;
  int32_t is_streamed;
};
struct imap_envelope {
  size_t size;
  const char *date;
  size_t date_len;
  const char *subject;
  size_t subject_len;
  const char *in_reply_to;
  size_t in_reply_to_len;
  const char *message_id;
  size_t message_id_len;
  uint32_t from;
  uint32_t sender;
  uint32_t reply_to;
  uint32_t to;
  uint32_t cc;
  uint32_t bcc;
  uint32_t malformed;
};
struct imap_address {
  size_t size;
  const char *name;
  size_t name_len;
  const char *route;
  size_t route_len;
  const char *mailbox;
  size_t mailbox_len;
  const char *host;
  size_t host_len;
  int32_t kind;
  uint32_t next;
  uint32_t malformed;
};
struct imap_part {
  size_t size;
  const char *media_type;
  size_t media_type_len;
  const char *subtype;
  size_t subtype_len;
  const char *id;
  size_t id_len;
  const char *description;
  size_t description_len;
  const char *encoding;
  size_t encoding_len;
  const char *md5;
  size_t md5_len;
  const char *disposition;
  size_t disposition_len;
  const char *location;
  size_t location_len;
  int64_t octets;
  int64_t lines;
  uint32_t params;
  uint32_t disposition_params;
  uint32_t language;
  uint32_t envelope;
  uint32_t body;
  uint32_t child;
  uint32_t next;
  int32_t is_multipart;
  uint32_t malformed;
};
struct imap_param {
  size_t size;
  const char *name;
  size_t name_len;
  const char *value;
  size_t value_len;
  uint32_t next;
  uint32_t malformed;
};
struct imap_list_entry {
  size_t size;
  uint32_t attributes;
  uint32_t attribute_list;
  uint32_t delimiter;
  uint32_t extended;
  uint32_t childinfo;
  uint32_t malformed;
  const char *name;
  size_t name_len;
  const char *name_utf8;
  size_t name_utf8_len;
  const char *old_name;
  size_t old_name_len;
  const char *old_name_utf8;
  size_t old_name_utf8_len;
};
struct imap_mailbox {
  size_t size;
  const char *name;
  size_t name_len;
  const char *name_utf8;
  size_t name_utf8_len;
};
struct imap_status_data {
  size_t size;
  uint32_t has;
  uint32_t malformed;
  uint32_t messages;
  uint32_t recent;
  uint32_t unseen;
  uint32_t deleted;
  uint32_t uidnext;
  uint32_t uidvalidity;
  uint64_t octets;
  uint64_t deleted_storage;
  uint64_t highestmodseq;
  uint64_t appendlimit;
  const char *mailboxid;
  size_t mailboxid_len;
  const char *name;
  size_t name_len;
  const char *name_utf8;
  size_t name_utf8_len;
  uint32_t items;
};
struct imap_namespace_entry {
  size_t size;
  const char *prefix;
  size_t prefix_len;
  const char *prefix_utf8;
  size_t prefix_utf8_len;
  const char *translation;
  size_t translation_len;
  uint32_t delimiter;
  uint32_t extension;
  uint32_t malformed;
};
struct imap_esearch {
  size_t size;
  uint32_t has;
  uint32_t malformed;
  uint32_t is_uid;
  uint32_t min;
  uint32_t max;
  uint32_t count;
  uint64_t modseq;
  const char *tag;
  size_t tag_len;
  const char *partial_range;
  size_t partial_range_len;
  uint32_t all;
  uint32_t partial;
  uint32_t addto;
  uint32_t removefrom;
  uint32_t uidvalidity;
};
struct imap_vanished {
  size_t size;
  uint32_t is_earlier;
  uint32_t uids;
  uint32_t malformed;
};
struct imap_thread_node {
  size_t size;
  uint32_t number;
  uint32_t child;
  uint32_t next;
  uint32_t malformed;
};
struct imap_entry {
  size_t size;
  const char *name;
  size_t name_len;
  const char *value;
  size_t value_len;
  uint32_t value_node;
  uint32_t malformed;
};
struct imap_quota {
  size_t size;
  const char *name;
  size_t name_len;
  uint64_t usage;
  uint64_t limit;
  uint32_t has_usage;
  uint32_t has_limit;
  uint32_t malformed;
};
struct imap_rights {
  size_t size;
  const char *identifier;
  size_t identifier_len;
  const char *rights;
  size_t rights_len;
  uint32_t malformed;
};
struct imap_copied {
  uint32_t source;
  uint32_t copy;
  uint32_t count;
};
struct imap_code {
  size_t size;
  uint32_t kind;
  uint32_t malformed;
  const char *name;
  size_t name_len;
  const char *text;
  size_t text_len;
  uint64_t number;
  uint32_t second;
  uint32_t words;
  uint32_t source;
  uint32_t set;
  uint32_t node;
};
struct imap_literal {
  size_t size;
  uint64_t total;
  uint64_t done;
  uint32_t number;
  uint32_t uid;
  const char *item;
  size_t item_len;
  int32_t is_binary;
  uint32_t id;
};
struct imap_tls_info {
  size_t size;
  const char *version;
  const char *cipher;
  const char *peer_der;
  size_t peer_der_len;
  int32_t verified;
};
const char *imap_version_string(void);
int imap_version_number(void);
int imap_has_feature(const char *name);
const char *imap_error_name(int rc);
const char *imap_error_text(int rc);
int imap_error_class(int rc);
int imap_options_new(imap_options **out);
void imap_options_free(imap_options *options);
int imap_options_set_int(imap_options *options, int option, int64_t value);
int imap_options_set_str(imap_options *options, int option, const char *value);
int imap_options_get_int(const imap_options *options, int option, int64_t *value);
int imap_options_get_str(const imap_options *options, int option, const char **value);
int imap_options_set_ssl_ctx(imap_options *options, struct ssl_ctx_st *ctx);
int imap_open(const char *host, int port, int tls, const imap_options *options, imap_conn **out);
int imap_open_command(const char *shell_line, const imap_options *options, imap_conn **out);
int imap_open_argv(const char *const *argv, const imap_options *options, imap_conn **out);
int imap_open_fd(int read_fd, int write_fd, int flags, const char *host, int tls, const imap_options *options, imap_conn **out);
int imap_open_io(const imap_io *io, const char *host, int tls, const imap_options *options, imap_conn **out);
int imap_logout_and_free(imap_conn *conn);
void imap_shutdown(imap_conn *conn);
void imap_free(imap_conn *conn);
int imap_child_pid(imap_conn *conn, int *pid);
int imap_child_status(imap_conn *conn, int *status);
int imap_conn_state(imap_conn *conn);
const char *imap_state_name(int state);
int imap_is_readonly(imap_conn *conn);
int imap_utf8_enabled(imap_conn *conn);
const char *imap_protocol_version(imap_conn *conn);
int imap_greeting(imap_conn *conn, imap_response **out);
int imap_has_capability(imap_conn *conn, const char *name);
int imap_capability_count(imap_conn *conn);
const char *imap_capability_at(imap_conn *conn, int i);
int imap_capability_is_stale(imap_conn *conn);
int imap_fd(imap_conn *conn);
int imap_last_error(imap_conn *conn);
const char *imap_last_message(imap_conn *conn);
const char *imap_last_text(imap_conn *conn);
const char *imap_last_code(imap_conn *conn);
int imap_last_errno(imap_conn *conn);
int imap_get_int(imap_conn *conn, int option, int64_t *value);
int imap_get_str(imap_conn *conn, int option, const char **value);
int imap_set_int(imap_conn *conn, int option, int64_t value);
int imap_set_str(imap_conn *conn, int option, const char *value);
int imap_wait(imap_conn *conn, uint32_t id, int timeout_ms, imap_response **out);
uint32_t imap_last_id(imap_conn *conn);
int imap_wakeup(imap_conn *conn);
int imap_command(imap_conn *conn, const char *name, const imap_arg *argv, size_t argc, imap_response **out);
int imap_command_text(imap_conn *conn, const char *line, imap_response **out);
int imap_cmd_xatom(imap_conn *conn, const char *name, const char *args, imap_response **out);
int imap_cmd_uid(imap_conn *conn, const char *command, const char *args, imap_response **out);
int imap_cmd_capability(imap_conn *conn, imap_response **out);
int imap_cmd_noop(imap_conn *conn, imap_response **out);
int imap_cmd_logout(imap_conn *conn, imap_response **out);
int imap_cmd_login(imap_conn *conn, const char *user, const char *password, imap_response **out);
int imap_cmd_id(imap_conn *conn, const char *const *pairs, size_t count, imap_response **out);
int imap_cmd_enable(imap_conn *conn, const char *capability, imap_response **out);
int imap_cmd_namespace(imap_conn *conn, imap_response **out);
int imap_cmd_proxyauth(imap_conn *conn, const char *user, imap_response **out);
int imap_cmd_recent(imap_conn *conn, imap_response **out);
int imap_cmd_select(imap_conn *conn, const char *mailbox, int flags, imap_response **out);
int imap_cmd_create(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_delete(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_rename(imap_conn *conn, const char *from, const char *to, imap_response **out);
int imap_cmd_subscribe(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_unsubscribe(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_list(imap_conn *conn, const char *directory, const char *pattern, imap_response **out);
int imap_cmd_lsub(imap_conn *conn, const char *directory, const char *pattern, imap_response **out);
int imap_cmd_status(imap_conn *conn, const char *mailbox, const char *names, imap_response **out);
int imap_cmd_check(imap_conn *conn, imap_response **out);
int imap_cmd_close(imap_conn *conn, imap_response **out);
int imap_cmd_unselect(imap_conn *conn, imap_response **out);
int imap_cmd_fetch(imap_conn *conn, const char *set, const char *items, int flags, imap_response **out);
int imap_cmd_partial(imap_conn *conn, const char *number, const char *part, uint32_t start, uint32_t length, imap_response **out);
int imap_cmd_store(imap_conn *conn, const char *set, const char *command, const char *flag_list, int flags, imap_response **out);
int imap_cmd_copy(imap_conn *conn, const char *set, const char *mailbox, int flags, imap_response **out);
int imap_cmd_move(imap_conn *conn, const char *set, const char *mailbox, int flags, imap_response **out);
int imap_cmd_expunge(imap_conn *conn, const char *uid_set, imap_response **out);
int imap_cmd_search(imap_conn *conn, const char *charset, const char *criteria, int flags, imap_response **out);
int imap_cmd_sort(imap_conn *conn, const char *sort_criteria, const char *charset, const char *criteria, int flags, imap_response **out);
int imap_cmd_thread(imap_conn *conn, const char *algorithm, const char *charset, const char *criteria, int flags, imap_response **out);
int imap_cmd_append(imap_conn *conn, const char *mailbox, const char *flag_list, const char *date, const char *message, size_t len, int flags, imap_response **out);
int imap_cmd_getacl(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_setacl(imap_conn *conn, const char *mailbox, const char *who, const char *what, imap_response **out);
int imap_cmd_deleteacl(imap_conn *conn, const char *mailbox, const char *who, imap_response **out);
int imap_cmd_myrights(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_getquota(imap_conn *conn, const char *root, imap_response **out);
int imap_cmd_getquotaroot(imap_conn *conn, const char *mailbox, imap_response **out);
int imap_cmd_setquota(imap_conn *conn, const char *root, const char *limits, imap_response **out);
int imap_cmd_getannotation(imap_conn *conn, const char *mailbox, const char *entry, const char *attribute, imap_response **out);
int imap_cmd_setannotation(imap_conn *conn, const char *mailbox, const char *entry, const char *attributes, imap_response **out);
void imap_response_free(imap_response *response);
int imap_response_keep(const imap_response *response, imap_response **out);
int imap_response_status(const imap_response *response);
int imap_response_text(const imap_response *response, const char **ptr, size_t *len);
int imap_response_message(const imap_response *response, const char **ptr, size_t *len);
int imap_response_code(const imap_response *response, const char **name, size_t *name_len, const char **argument, size_t *argument_len);
const char *imap_response_name(const imap_response *response);
int imap_response_number(const imap_response *response, uint32_t *number);
uint64_t imap_response_arrival(const imap_response *response);
int imap_response_raw(const imap_response *response, const char **ptr, size_t *len);
int imap_response_malformed(const imap_response *response);
size_t imap_response_row_count(const imap_response *response);
const imap_response *imap_response_row(const imap_response *response, size_t i);
size_t imap_response_item_count(const imap_response *response, const char *name);
int imap_response_item(const imap_response *response, const char *name, size_t i, const char **ptr, size_t *len, const char **literal, size_t *literal_len);
int imap_node_kind(const imap_response *response, uint32_t node);
int imap_node_text(const imap_response *response, uint32_t node, const char **ptr, size_t *len);
int imap_node_raw(const imap_response *response, uint32_t node, const char **ptr, size_t *len);
int imap_node_number(const imap_response *response, uint32_t node, uint64_t *number);
uint32_t imap_node_first(const imap_response *response, uint32_t parent);
uint32_t imap_node_next(const imap_response *response, uint32_t node);
uint32_t imap_node_count(const imap_response *response, uint32_t parent);
uint32_t imap_node_at(const imap_response *response, uint32_t parent, uint32_t i);
uint32_t imap_node_find(const imap_response *response, uint32_t list, const char *name);
int imap_response_parse(const char *octets, size_t len, const imap_options *options, imap_response **out, size_t *used);
int imap_response_kind(const imap_response *response);
int imap_fetch_get(const imap_response *response, imap_fetch *out, size_t size);
int imap_section_get(const imap_response *response, uint32_t i, imap_section *out, size_t size);
int imap_section_find(const imap_response *response, const char *item, imap_section *out, size_t size);
int imap_envelope_get(const imap_response *response, uint32_t node, imap_envelope *out, size_t size);
int imap_address_get(const imap_response *response, uint32_t node, imap_address *out, size_t size);
int imap_part_get(const imap_response *response, uint32_t node, imap_part *out, size_t size);
int imap_param_get(const imap_response *response, uint32_t node, imap_param *out, size_t size);
int imap_part_find(const imap_response *response, uint32_t body, const char *number, uint32_t *node);
int imap_part_number(const imap_response *response, uint32_t body, uint32_t node, char *buf, size_t size);
int imap_part_search(const imap_response *response, uint32_t body, uint32_t after, const char *media_type, const char *disposition, uint32_t *node);
int imap_part_search_all(const imap_response *response, uint32_t body, const char *media_type, const char *disposition, uint32_t *nodes, size_t room, size_t *count);
int imap_header_decode(const char *text, size_t len, char *buf, size_t size, size_t *needed);
int imap_param_find(const imap_response *response, uint32_t node, const char *name, char *buf, size_t size, size_t *needed);
int imap_list_get(const imap_response *response, imap_list_entry *out, size_t size);
int imap_mailbox_get(const imap_response *response, imap_mailbox *out, size_t size);
int imap_status_get(const imap_response *response, imap_status_data *out, size_t size);
int imap_namespace_next(const imap_response *response, int which, uint32_t *cursor, imap_namespace_entry *out, size_t size);
int imap_numbers_get(const imap_response *response, const uint32_t **numbers, size_t *count);
int imap_numbers_malformed(const imap_response *response);
int imap_search_modseq(const imap_response *response, uint64_t *modseq);
int imap_set_next(const imap_response *response, uint32_t node, uint32_t *cursor, uint32_t *first, uint32_t *last);
int imap_esearch_get(const imap_response *response, imap_esearch *out, size_t size);
int imap_vanished_get(const imap_response *response, imap_vanished *out, size_t size);
int imap_thread_get(const imap_response *response, uint32_t node, imap_thread_node *out, size_t size);
int imap_word_next(const imap_response *response, uint32_t list, uint32_t *cursor, const char **ptr, size_t *len);
int imap_entry_next(const imap_response *response, uint32_t *cursor, imap_entry *out, size_t size);
int imap_pair_next(const imap_response *response, uint32_t list, uint32_t *cursor, imap_entry *out, size_t size);
int imap_quota_root(const imap_response *response, const char **ptr, size_t *len);
int imap_quota_next(const imap_response *response, uint32_t *cursor, imap_quota *out, size_t size);
int imap_acl_next(const imap_response *response, uint32_t *cursor, imap_rights *out, size_t size);
int imap_rights_get(const imap_response *response, imap_rights *out, size_t size);
int imap_code_get(const imap_response *response, imap_code *out, size_t size);
int imap_copyuid_get(const imap_response *response, const imap_copied **ranges, size_t *count);
int imap_copyuid_map(const imap_response *response, uint32_t uid, uint32_t *new_uid);
int imap_event_next(imap_conn *conn, imap_response **out);
int imap_untagged(imap_conn *conn, const char *name, imap_response **out);
int imap_submit(imap_conn *conn, const char *name, const imap_arg *argv, size_t argc, uint32_t *id);
int imap_submit_text(imap_conn *conn, const char *line, uint32_t *id);
int imap_queue_begin(imap_conn *conn);
int imap_queue_end(imap_conn *conn);
int imap_completed(imap_conn *conn, int timeout_ms, uint32_t *id);
int imap_discard(imap_conn *conn, uint32_t id);
int imap_next(imap_conn *conn, uint32_t id, int timeout_ms, const imap_response **row);
int imap_progress(imap_conn *conn, uint32_t id, uint64_t *done, uint64_t *total);
int imap_literal_info(imap_conn *conn, imap_literal *info, size_t size);
int imap_literal_read(imap_conn *conn, char *buf, size_t len, size_t *n);
int imap_literal_to_fd(imap_conn *conn, int fd);
int imap_literal_skip(imap_conn *conn);
int imap_literal_write(imap_conn *conn, const char *octets, size_t len, size_t *taken);
int imap_append_begin(imap_conn *conn, const char *mailbox, uint32_t *id);
int imap_append_message(imap_conn *conn, const char *flags, const char *date, uint64_t size);
int imap_literal_from_fd(imap_conn *conn, int fd);
int imap_append_end(imap_conn *conn, imap_response **out);
int imap_cmd_append_fd(imap_conn *conn, const char *mailbox, const char *flags, const char *date, int fd, uint64_t size, imap_response **out);
int imap_idle_begin(imap_conn *conn);
int imap_idle_wait(imap_conn *conn, int timeout_ms);
int imap_idle_end(imap_conn *conn);
int imap_wants(imap_conn *conn);
int imap_write_fd(imap_conn *conn);
int imap_timeout(imap_conn *conn);
int imap_step(imap_conn *conn, int ready);
int imap_cmd_authenticate(imap_conn *conn, const char *mechanism, const char *authzid, const char *user, const char *password, imap_response **out);
int imap_cmd_login_cram_md5(imap_conn *conn, const char *user, const char *password, imap_response **out);
int imap_cmd_authenticate_callback(imap_conn *conn, const char *mechanism, imap_challenge_fn callback, void *ctx, imap_response **out);
int imap_reply_set(imap_reply *reply, const char *octets, size_t len);
int imap_auth_begin(imap_conn *conn, const char *mechanism, const char *initial, size_t len, imap_response **out);
int imap_auth_challenge(imap_conn *conn, const char **ptr, size_t *len);
int imap_auth_reply(imap_conn *conn, const char *reply, size_t len, imap_response **out);
int imap_auth_cancel(imap_conn *conn, imap_response **out);
int imap_starttls(imap_conn *conn, imap_response **out);
int imap_tls_info_get(imap_conn *conn, imap_tls_info *info, size_t size);
int imap_trace_count(imap_conn *conn);
int imap_trace_line(imap_conn *conn, int i, const char **ptr, size_t *len, int64_t *unix_ms);
int imap_trace_clear(imap_conn *conn);
int imap_internaldate_parse(const char *text, size_t len, int64_t *seconds, int32_t *offset_min);
int imap_internaldate_format(int64_t seconds, int offset_min, char *buf, size_t size);
int imap_int_to_ap(uint64_t number, char *buf, size_t size);
int imap_flags_parse(const char *text, size_t len, imap_response **out);
int imap_utf7_encode(const char *text, size_t len, char *buf, size_t size, size_t *needed);
int imap_utf7_decode(const char *text, size_t len, char *buf, size_t size, size_t *needed);
int imap_raw_send(imap_conn *conn, const char *octets, size_t len);
int imap_raw_readline(imap_conn *conn, const char **ptr, size_t *len);
int imap_raw_read(imap_conn *conn, size_t n, const char **ptr, size_t *len);
]],
}
