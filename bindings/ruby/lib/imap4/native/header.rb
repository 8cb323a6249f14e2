# frozen_string_literal: true

# Written by tools/bindings/run from include/imap4.h: change that.
class IMAP4
  # What the C library declares: constants, functions (name => [parameters, result]) and structs.
  # @api private
  module Native
    HEADER_VERSION = 100

    IMAP_ARG_SECRET = 1
    IMAP_ROOT = 4294967295
    IMAP_PART_BAD_TYPE = 1
    IMAP_PART_BAD_FIELDS = 2
    IMAP_PART_BAD_SIZE = 4
    IMAP_PART_BAD_PARTS = 8
    IMAP_PART_BAD_EXTENSION = 16
    IMAP_INTERNALDATE_SIZE = 29
    IMAP_INT_TO_AP_SIZE = 17

    # imap_rc
    IMAP_OK = 0
    IMAP_NO = 1
    IMAP_BAD = 2
    IMAP_AGAIN = 3
    IMAP_QUEUED = 4
    IMAP_EVENT = 5
    IMAP_LITERAL = 6
    IMAP_CHALLENGE = 7
    IMAP_END = 8
    IMAP_READONLY = 9
    IMAP_ERR_ARGUMENT = -100
    IMAP_ERR_HANDLE = -101
    IMAP_ERR_NOMEM = -102
    IMAP_ERR_BUSY = -103
    IMAP_ERR_FORKED = -104
    IMAP_ERR_INTERNAL = -105
    IMAP_ERR_STATE = -106
    IMAP_ERR_UNSUPPORTED = -107
    IMAP_ERR_SYSTEM = -108
    IMAP_ERR_RESOLVE = -109
    IMAP_ERR_TIMEOUT = -110
    IMAP_ERR_CLOSED = -111
    IMAP_ERR_BYE = -112
    IMAP_ERR_PROTOCOL = -113
    IMAP_ERR_LIMIT = -114
    IMAP_ERR_GREETING = -115
    IMAP_ERR_TLS = -116
    IMAP_ERR_TLS_VERIFY = -117
    IMAP_ERR_TLS_REFUSED = -118
    IMAP_ERR_AUTH = -119
    IMAP_ERR_READONLY = -120
    IMAP_ERR_INTERRUPTED = -121
    IMAP_ERR_WOKEN = -122
    IMAP_ERR_INSECURE = -123

    # imap_class
    IMAP_CLASS_NONE = 0
    IMAP_CLASS_ERROR = 1
    IMAP_CLASS_ABORT = 2
    IMAP_CLASS_READONLY = 3
    IMAP_CLASS_SYSTEM = 4
    IMAP_CLASS_TIMEOUT = 5
    IMAP_CLASS_TLS = 6
    IMAP_CLASS_ARGUMENT = 7
    IMAP_CLASS_INTERRUPTED = 8

    # imap_opt
    IMAP_OPT_NONBLOCK = 1
    IMAP_OPT_RETURN_ON_SIGNAL = 2
    IMAP_OPT_CONNECT_TIMEOUT_MS = 3
    IMAP_OPT_STALL_TIMEOUT_MS = 4
    IMAP_OPT_CALL_TIMEOUT_MS = 5
    IMAP_OPT_MAX_LINE = 6
    IMAP_OPT_MAX_LITERAL = 7
    IMAP_OPT_MAX_RESPONSE = 8
    IMAP_OPT_MAX_DEPTH = 9
    IMAP_OPT_MAX_UNASKED = 10
    IMAP_OPT_MAX_KEPT = 11
    IMAP_OPT_UNTAGGED_KEEP = 12
    IMAP_OPT_TRACE_LEVEL = 13
    IMAP_OPT_TRACE_KEEP = 14
    IMAP_OPT_TLS_VERIFY = 15
    IMAP_OPT_TLS_MIN_VERSION = 16
    IMAP_OPT_IP_FAMILY = 17
    IMAP_OPT_KEEPALIVE = 18
    IMAP_OPT_ALLOW_PLAINTEXT_AUTH = 19
    IMAP_OPT_RESOLVE_INLINE = 20
    IMAP_OPT_LITERAL_STREAM_MIN = 21
    IMAP_OPT_IDLE_RENEW_MS = 22
    IMAP_OPT_IDLE_POLL_MS = 23
    IMAP_OPT_TLS_CA_FILE = 101
    IMAP_OPT_TLS_CA_DIR = 102
    IMAP_OPT_TLS_CERT_FILE = 103
    IMAP_OPT_TLS_KEY_FILE = 104
    IMAP_OPT_TLS_SERVER_NAME = 105
    IMAP_OPT_CONNECT_ADDR = 106
    IMAP_OPT_LOCAL_ADDR = 107
    IMAP_OPT_LITERAL_STREAM_ITEMS = 108

    # imap_tls
    IMAP_TLS_IMPLICIT = 0
    IMAP_TLS_STARTTLS = 1
    IMAP_TLS_NONE = 2

    # imap_flag
    IMAP_UID = 1
    IMAP_EXAMINE = 2
    IMAP_APPEND_VERBATIM = 4
    IMAP_FD_KEEP = 8
    IMAP_FD_SECURE = 16

    # imap_state
    IMAP_STATE_NONAUTH = 0
    IMAP_STATE_AUTH = 1
    IMAP_STATE_SELECTED = 2
    IMAP_STATE_LOGOUT = 3
    IMAP_STATE_IDLING = 4

    # imap_arg_type
    IMAP_ARG_ATOM = 1
    IMAP_ARG_ASTRING = 2
    IMAP_ARG_STRING = 3
    IMAP_ARG_LITERAL = 4
    IMAP_ARG_MAILBOX = 5
    IMAP_ARG_MAILBOX_RAW = 6
    IMAP_ARG_LIST_MAILBOX = 7
    IMAP_ARG_SET = 8
    IMAP_ARG_FLAGS = 9
    IMAP_ARG_NUMBER = 10
    IMAP_ARG_DATE = 11
    IMAP_ARG_RAW = 12
    IMAP_ARG_LIST_OPEN = 13
    IMAP_ARG_LIST_CLOSE = 14
    IMAP_ARG_MAILBOX_LENIENT = 15
    IMAP_ARG_ASTRING_LENIENT = 16
    IMAP_ARG_ITEMS = 17
    IMAP_ARG_NIL = 18

    # imap_status
    IMAP_STATUS_NONE = 0
    IMAP_STATUS_OK = 1
    IMAP_STATUS_NO = 2
    IMAP_STATUS_BAD = 3
    IMAP_STATUS_BYE = 4
    IMAP_STATUS_PREAUTH = 5

    # imap_node
    IMAP_NODE_NONE = 0
    IMAP_NODE_ATOM = 1
    IMAP_NODE_NUMBER = 2
    IMAP_NODE_STRING = 3
    IMAP_NODE_LITERAL = 4
    IMAP_NODE_NIL = 5
    IMAP_NODE_LIST = 6
    IMAP_NODE_CODE = 7
    IMAP_NODE_TEXT = 8
    IMAP_NODE_JUNK = 9

    # imap_kind
    IMAP_KIND_OTHER = 0
    IMAP_KIND_FETCH = 1
    IMAP_KIND_EXISTS = 2
    IMAP_KIND_EXPUNGE = 3
    IMAP_KIND_RECENT = 4
    IMAP_KIND_FLAGS = 5
    IMAP_KIND_SEARCH = 6
    IMAP_KIND_ESEARCH = 7
    IMAP_KIND_SORT = 8
    IMAP_KIND_THREAD = 9
    IMAP_KIND_LIST = 10
    IMAP_KIND_LSUB = 11
    IMAP_KIND_XLIST = 12
    IMAP_KIND_STATUS = 13
    IMAP_KIND_VANISHED = 14
    IMAP_KIND_CAPABILITY = 15
    IMAP_KIND_ENABLED = 16
    IMAP_KIND_ID = 17
    IMAP_KIND_NAMESPACE = 18
    IMAP_KIND_QUOTA = 19
    IMAP_KIND_QUOTAROOT = 20
    IMAP_KIND_ACL = 21
    IMAP_KIND_LISTRIGHTS = 22
    IMAP_KIND_MYRIGHTS = 23
    IMAP_KIND_METADATA = 24
    IMAP_KIND_ANNOTATION = 25
    IMAP_KIND_UIDFETCH = 26
    IMAP_KIND_OK = 27
    IMAP_KIND_NO = 28
    IMAP_KIND_BAD = 29
    IMAP_KIND_BYE = 30
    IMAP_KIND_PREAUTH = 31
    IMAP_KIND_CONTINUATION = 32
    IMAP_KIND_OVERFLOW = 33

    # imap_section_kind
    IMAP_SECTION_WHOLE = 0
    IMAP_SECTION_HEADER = 1
    IMAP_SECTION_HEADER_FIELDS = 2
    IMAP_SECTION_HEADER_FIELDS_NOT = 3
    IMAP_SECTION_TEXT = 4
    IMAP_SECTION_MIME = 5
    IMAP_SECTION_OTHER = 6

    # imap_fetch_item
    IMAP_FETCH_UID = 1
    IMAP_FETCH_FLAGS = 2
    IMAP_FETCH_INTERNALDATE = 4
    IMAP_FETCH_SIZE = 8
    IMAP_FETCH_ENVELOPE = 16
    IMAP_FETCH_BODY = 32
    IMAP_FETCH_BODYSTRUCTURE = 64
    IMAP_FETCH_MODSEQ = 128
    IMAP_FETCH_SECTION = 256
    IMAP_FETCH_EMAILID = 512
    IMAP_FETCH_THREADID = 1024
    IMAP_FETCH_SAVEDATE = 2048
    IMAP_FETCH_PREVIEW = 4096
    IMAP_FETCH_GM_MSGID = 8192
    IMAP_FETCH_GM_THRID = 16384
    IMAP_FETCH_GM_LABELS = 32768
    IMAP_FETCH_OTHER = 65536

    # imap_message_flag
    IMAP_SEEN = 1
    IMAP_ANSWERED = 2
    IMAP_FLAGGED = 4
    IMAP_DELETED = 8
    IMAP_DRAFT = 16
    IMAP_RECENT = 32
    IMAP_FORWARDED = 64
    IMAP_MDN_SENT = 128
    IMAP_JUNK = 256
    IMAP_NOT_JUNK = 512
    IMAP_PHISHING = 1024
    IMAP_IMPORTANT = 2048
    IMAP_OTHER_FLAGS = 4096

    # imap_address_kind
    IMAP_ADDRESS_MAILBOX = 1
    IMAP_ADDRESS_GROUP_START = 2
    IMAP_ADDRESS_GROUP_END = 3

    # imap_attribute
    IMAP_ATTRIBUTE_NOSELECT = 1
    IMAP_ATTRIBUTE_NOINFERIORS = 2
    IMAP_ATTRIBUTE_HASCHILDREN = 4
    IMAP_ATTRIBUTE_HASNOCHILDREN = 8
    IMAP_ATTRIBUTE_MARKED = 16
    IMAP_ATTRIBUTE_UNMARKED = 32
    IMAP_ATTRIBUTE_NONEXISTENT = 64
    IMAP_ATTRIBUTE_SUBSCRIBED = 128
    IMAP_ATTRIBUTE_REMOTE = 256
    IMAP_ATTRIBUTE_ALL = 512
    IMAP_ATTRIBUTE_ARCHIVE = 1024
    IMAP_ATTRIBUTE_DRAFTS = 2048
    IMAP_ATTRIBUTE_FLAGGED = 4096
    IMAP_ATTRIBUTE_JUNK = 8192
    IMAP_ATTRIBUTE_SENT = 16384
    IMAP_ATTRIBUTE_TRASH = 32768
    IMAP_ATTRIBUTE_IMPORTANT = 65536
    IMAP_ATTRIBUTE_INBOX = 131072
    IMAP_ATTRIBUTE_OTHER = 1073741824

    # imap_status_has
    IMAP_STATUS_HAS_MESSAGES = 1
    IMAP_STATUS_HAS_RECENT = 2
    IMAP_STATUS_HAS_UNSEEN = 4
    IMAP_STATUS_HAS_UIDNEXT = 8
    IMAP_STATUS_HAS_UIDVALIDITY = 16
    IMAP_STATUS_HAS_SIZE = 32
    IMAP_STATUS_HAS_DELETED = 64
    IMAP_STATUS_HAS_DELETED_STORAGE = 128
    IMAP_STATUS_HAS_HIGHESTMODSEQ = 256
    IMAP_STATUS_HAS_APPENDLIMIT = 512
    IMAP_STATUS_HAS_MAILBOXID = 1024

    # imap_esearch_has
    IMAP_ESEARCH_MIN = 1
    IMAP_ESEARCH_MAX = 2
    IMAP_ESEARCH_COUNT = 4
    IMAP_ESEARCH_ALL = 8
    IMAP_ESEARCH_MODSEQ = 16
    IMAP_ESEARCH_PARTIAL = 32
    IMAP_ESEARCH_ADDTO = 64
    IMAP_ESEARCH_REMOVEFROM = 128

    # imap_code_kind
    IMAP_CODE_OTHER = 0
    IMAP_CODE_ALERT = 1
    IMAP_CODE_ALREADYEXISTS = 2
    IMAP_CODE_APPENDUID = 3
    IMAP_CODE_AUTHENTICATIONFAILED = 4
    IMAP_CODE_AUTHORIZATIONFAILED = 5
    IMAP_CODE_BADCHARSET = 6
    IMAP_CODE_CANNOT = 7
    IMAP_CODE_CAPABILITY = 8
    IMAP_CODE_CLIENTBUG = 9
    IMAP_CODE_CLOSED = 10
    IMAP_CODE_CONTACTADMIN = 11
    IMAP_CODE_COPYUID = 12
    IMAP_CODE_CORRUPTION = 13
    IMAP_CODE_EXPIRED = 14
    IMAP_CODE_EXPUNGEISSUED = 15
    IMAP_CODE_HASCHILDREN = 16
    IMAP_CODE_HIGHESTMODSEQ = 17
    IMAP_CODE_INUSE = 18
    IMAP_CODE_LIMIT = 19
    IMAP_CODE_MAILBOXID = 20
    IMAP_CODE_METADATA = 21
    IMAP_CODE_MODIFIED = 22
    IMAP_CODE_NOMODSEQ = 23
    IMAP_CODE_NONEXISTENT = 24
    IMAP_CODE_NOPERM = 25
    IMAP_CODE_NOTSAVED = 26
    IMAP_CODE_OVERQUOTA = 27
    IMAP_CODE_PARSE = 28
    IMAP_CODE_PERMANENTFLAGS = 29
    IMAP_CODE_PRIVACYREQUIRED = 30
    IMAP_CODE_READ_ONLY = 31
    IMAP_CODE_READ_WRITE = 32
    IMAP_CODE_SERVERBUG = 33
    IMAP_CODE_TRYCREATE = 34
    IMAP_CODE_UIDNEXT = 35
    IMAP_CODE_UIDNOTSTICKY = 36
    IMAP_CODE_UIDVALIDITY = 37
    IMAP_CODE_UNAVAILABLE = 38
    IMAP_CODE_UNKNOWN_CTE = 39
    IMAP_CODE_UNSEEN = 40
    IMAP_CODE_USEATTR = 41
    IMAP_CODE_REFERRAL = 42
    IMAP_CODE_TOOBIG = 43
    IMAP_CODE_BADURL = 44
    IMAP_CODE_URLMECH = 45
    IMAP_CODE_COMPRESSIONACTIVE = 46
    IMAP_CODE_BADCOMPARATOR = 47
    IMAP_CODE_ANNOTATE = 48
    IMAP_CODE_ANNOTATIONS = 49
    IMAP_CODE_TEMPFAIL = 50
    IMAP_CODE_MAXCONVERTMESSAGES = 51
    IMAP_CODE_MAXCONVERTPARTS = 52
    IMAP_CODE_NOUPDATE = 53
    IMAP_CODE_NOTIFICATIONOVERFLOW = 54
    IMAP_CODE_BADEVENT = 55
    IMAP_CODE_UNDEFINED_FILTER = 56
    IMAP_CODE_INPROGRESS = 57
    IMAP_CODE_UIDREQUIRED = 58
    IMAP_CODE_MESSAGELIMIT = 59
    IMAP_CODE_APPENDLIMIT = 60

    # imap_want
    IMAP_WANT_READ = 1
    IMAP_WANT_WRITE = 2

    FUNCTIONS = {
      imap_version_string: [[], :string],
      imap_version_number: [[], :int],
      imap_has_feature: [[:string], :int],
      imap_error_name: [[:int], :string],
      imap_error_text: [[:int], :string],
      imap_error_class: [[:int], :int],
      imap_options_new: [[:pointer], :int],
      imap_options_free: [[:pointer], :void],
      imap_options_set_int: [[:pointer, :int, :int64], :int],
      imap_options_set_str: [[:pointer, :int, :string], :int],
      imap_options_get_int: [[:pointer, :int, :pointer], :int],
      imap_options_get_str: [[:pointer, :int, :pointer], :int],
      imap_options_set_ssl_ctx: [[:pointer, :pointer], :int],
      imap_open: [[:string, :int, :int, :pointer, :pointer], :int],
      imap_open_command: [[:string, :pointer, :pointer], :int],
      imap_open_argv: [[:pointer, :pointer, :pointer], :int],
      imap_open_fd: [[:int, :int, :int, :string, :int, :pointer, :pointer], :int],
      imap_open_io: [[:pointer, :string, :int, :pointer, :pointer], :int],
      imap_logout_and_free: [[:pointer], :int],
      imap_shutdown: [[:pointer], :void],
      imap_free: [[:pointer], :void],
      imap_child_pid: [[:pointer, :pointer], :int],
      imap_child_status: [[:pointer, :pointer], :int],
      imap_conn_state: [[:pointer], :int],
      imap_state_name: [[:int], :string],
      imap_is_readonly: [[:pointer], :int],
      imap_utf8_enabled: [[:pointer], :int],
      imap_protocol_version: [[:pointer], :string],
      imap_greeting: [[:pointer, :pointer], :int],
      imap_has_capability: [[:pointer, :string], :int],
      imap_capability_count: [[:pointer], :int],
      imap_capability_at: [[:pointer, :int], :string],
      imap_capability_is_stale: [[:pointer], :int],
      imap_fd: [[:pointer], :int],
      imap_last_error: [[:pointer], :int],
      imap_last_message: [[:pointer], :string],
      imap_last_text: [[:pointer], :string],
      imap_last_code: [[:pointer], :string],
      imap_last_errno: [[:pointer], :int],
      imap_get_int: [[:pointer, :int, :pointer], :int],
      imap_get_str: [[:pointer, :int, :pointer], :int],
      imap_set_int: [[:pointer, :int, :int64], :int],
      imap_set_str: [[:pointer, :int, :string], :int],
      imap_wait: [[:pointer, :uint32, :int, :pointer], :int],
      imap_last_id: [[:pointer], :uint32],
      imap_wakeup: [[:pointer], :int],
      imap_command: [[:pointer, :string, :pointer, :size_t, :pointer], :int],
      imap_command_text: [[:pointer, :string, :pointer], :int],
      imap_cmd_xatom: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_uid: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_capability: [[:pointer, :pointer], :int],
      imap_cmd_noop: [[:pointer, :pointer], :int],
      imap_cmd_logout: [[:pointer, :pointer], :int],
      imap_cmd_login: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_id: [[:pointer, :pointer, :size_t, :pointer], :int],
      imap_cmd_enable: [[:pointer, :string, :pointer], :int],
      imap_cmd_namespace: [[:pointer, :pointer], :int],
      imap_cmd_proxyauth: [[:pointer, :string, :pointer], :int],
      imap_cmd_recent: [[:pointer, :pointer], :int],
      imap_cmd_select: [[:pointer, :string, :int, :pointer], :int],
      imap_cmd_create: [[:pointer, :string, :pointer], :int],
      imap_cmd_delete: [[:pointer, :string, :pointer], :int],
      imap_cmd_rename: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_subscribe: [[:pointer, :string, :pointer], :int],
      imap_cmd_unsubscribe: [[:pointer, :string, :pointer], :int],
      imap_cmd_list: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_lsub: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_status: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_check: [[:pointer, :pointer], :int],
      imap_cmd_close: [[:pointer, :pointer], :int],
      imap_cmd_unselect: [[:pointer, :pointer], :int],
      imap_cmd_fetch: [[:pointer, :string, :string, :int, :pointer], :int],
      imap_cmd_partial: [[:pointer, :string, :string, :uint32, :uint32, :pointer], :int],
      imap_cmd_store: [[:pointer, :string, :string, :string, :int, :pointer], :int],
      imap_cmd_copy: [[:pointer, :string, :string, :int, :pointer], :int],
      imap_cmd_move: [[:pointer, :string, :string, :int, :pointer], :int],
      imap_cmd_expunge: [[:pointer, :string, :pointer], :int],
      imap_cmd_search: [[:pointer, :string, :string, :int, :pointer], :int],
      imap_cmd_sort: [[:pointer, :string, :string, :string, :int, :pointer], :int],
      imap_cmd_thread: [[:pointer, :string, :string, :string, :int, :pointer], :int],
      imap_cmd_append: [[:pointer, :string, :string, :string, :pointer, :size_t, :int, :pointer], :int],
      imap_cmd_getacl: [[:pointer, :string, :pointer], :int],
      imap_cmd_setacl: [[:pointer, :string, :string, :string, :pointer], :int],
      imap_cmd_deleteacl: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_myrights: [[:pointer, :string, :pointer], :int],
      imap_cmd_getquota: [[:pointer, :string, :pointer], :int],
      imap_cmd_getquotaroot: [[:pointer, :string, :pointer], :int],
      imap_cmd_setquota: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_getannotation: [[:pointer, :string, :string, :string, :pointer], :int],
      imap_cmd_setannotation: [[:pointer, :string, :string, :string, :pointer], :int],
      imap_response_free: [[:pointer], :void],
      imap_response_keep: [[:pointer, :pointer], :int],
      imap_response_status: [[:pointer], :int],
      imap_response_text: [[:pointer, :pointer, :pointer], :int],
      imap_response_message: [[:pointer, :pointer, :pointer], :int],
      imap_response_code: [[:pointer, :pointer, :pointer, :pointer, :pointer], :int],
      imap_response_name: [[:pointer], :string],
      imap_response_number: [[:pointer, :pointer], :int],
      imap_response_arrival: [[:pointer], :uint64],
      imap_response_raw: [[:pointer, :pointer, :pointer], :int],
      imap_response_malformed: [[:pointer], :int],
      imap_response_row_count: [[:pointer], :size_t],
      imap_response_row: [[:pointer, :size_t], :pointer],
      imap_response_item_count: [[:pointer, :string], :size_t],
      imap_response_item: [[:pointer, :string, :size_t, :pointer, :pointer, :pointer, :pointer], :int],
      imap_node_kind: [[:pointer, :uint32], :int],
      imap_node_text: [[:pointer, :uint32, :pointer, :pointer], :int],
      imap_node_raw: [[:pointer, :uint32, :pointer, :pointer], :int],
      imap_node_number: [[:pointer, :uint32, :pointer], :int],
      imap_node_first: [[:pointer, :uint32], :uint32],
      imap_node_next: [[:pointer, :uint32], :uint32],
      imap_node_count: [[:pointer, :uint32], :uint32],
      imap_node_at: [[:pointer, :uint32, :uint32], :uint32],
      imap_node_find: [[:pointer, :uint32, :string], :uint32],
      imap_response_parse: [[:pointer, :size_t, :pointer, :pointer, :pointer], :int],
      imap_response_kind: [[:pointer], :int],
      imap_fetch_get: [[:pointer, :pointer, :size_t], :int],
      imap_section_get: [[:pointer, :uint32, :pointer, :size_t], :int],
      imap_section_find: [[:pointer, :string, :pointer, :size_t], :int],
      imap_envelope_get: [[:pointer, :uint32, :pointer, :size_t], :int],
      imap_address_get: [[:pointer, :uint32, :pointer, :size_t], :int],
      imap_part_get: [[:pointer, :uint32, :pointer, :size_t], :int],
      imap_param_get: [[:pointer, :uint32, :pointer, :size_t], :int],
      imap_part_find: [[:pointer, :uint32, :string, :pointer], :int],
      imap_part_number: [[:pointer, :uint32, :uint32, :pointer, :size_t], :int],
      imap_part_search: [[:pointer, :uint32, :uint32, :string, :string, :pointer], :int],
      imap_part_search_all: [[:pointer, :uint32, :string, :string, :pointer, :size_t, :pointer], :int],
      imap_header_decode: [[:pointer, :size_t, :pointer, :size_t, :pointer], :int],
      imap_param_find: [[:pointer, :uint32, :string, :pointer, :size_t, :pointer], :int],
      imap_list_get: [[:pointer, :pointer, :size_t], :int],
      imap_mailbox_get: [[:pointer, :pointer, :size_t], :int],
      imap_status_get: [[:pointer, :pointer, :size_t], :int],
      imap_namespace_next: [[:pointer, :int, :pointer, :pointer, :size_t], :int],
      imap_numbers_get: [[:pointer, :pointer, :pointer], :int],
      imap_numbers_malformed: [[:pointer], :int],
      imap_search_modseq: [[:pointer, :pointer], :int],
      imap_set_next: [[:pointer, :uint32, :pointer, :pointer, :pointer], :int],
      imap_esearch_get: [[:pointer, :pointer, :size_t], :int],
      imap_vanished_get: [[:pointer, :pointer, :size_t], :int],
      imap_thread_get: [[:pointer, :uint32, :pointer, :size_t], :int],
      imap_word_next: [[:pointer, :uint32, :pointer, :pointer, :pointer], :int],
      imap_entry_next: [[:pointer, :pointer, :pointer, :size_t], :int],
      imap_pair_next: [[:pointer, :uint32, :pointer, :pointer, :size_t], :int],
      imap_quota_root: [[:pointer, :pointer, :pointer], :int],
      imap_quota_next: [[:pointer, :pointer, :pointer, :size_t], :int],
      imap_acl_next: [[:pointer, :pointer, :pointer, :size_t], :int],
      imap_rights_get: [[:pointer, :pointer, :size_t], :int],
      imap_code_get: [[:pointer, :pointer, :size_t], :int],
      imap_copyuid_get: [[:pointer, :pointer, :pointer], :int],
      imap_copyuid_map: [[:pointer, :uint32, :pointer], :int],
      imap_event_next: [[:pointer, :pointer], :int],
      imap_untagged: [[:pointer, :string, :pointer], :int],
      imap_submit: [[:pointer, :string, :pointer, :size_t, :pointer], :int],
      imap_submit_text: [[:pointer, :string, :pointer], :int],
      imap_queue_begin: [[:pointer], :int],
      imap_queue_end: [[:pointer], :int],
      imap_completed: [[:pointer, :int, :pointer], :int],
      imap_discard: [[:pointer, :uint32], :int],
      imap_next: [[:pointer, :uint32, :int, :pointer], :int],
      imap_progress: [[:pointer, :uint32, :pointer, :pointer], :int],
      imap_literal_info: [[:pointer, :pointer, :size_t], :int],
      imap_literal_read: [[:pointer, :pointer, :size_t, :pointer], :int],
      imap_literal_to_fd: [[:pointer, :int], :int],
      imap_literal_skip: [[:pointer], :int],
      imap_literal_write: [[:pointer, :pointer, :size_t, :pointer], :int],
      imap_append_begin: [[:pointer, :string, :pointer], :int],
      imap_append_message: [[:pointer, :string, :string, :uint64], :int],
      imap_literal_from_fd: [[:pointer, :int], :int],
      imap_append_end: [[:pointer, :pointer], :int],
      imap_cmd_append_fd: [[:pointer, :string, :string, :string, :int, :uint64, :pointer], :int],
      imap_idle_begin: [[:pointer], :int],
      imap_idle_wait: [[:pointer, :int], :int],
      imap_idle_end: [[:pointer], :int],
      imap_wants: [[:pointer], :int],
      imap_write_fd: [[:pointer], :int],
      imap_timeout: [[:pointer], :int],
      imap_step: [[:pointer, :int], :int],
      imap_cmd_authenticate: [[:pointer, :string, :string, :string, :string, :pointer], :int],
      imap_cmd_login_cram_md5: [[:pointer, :string, :string, :pointer], :int],
      imap_cmd_authenticate_callback: [[:pointer, :string, :pointer, :pointer, :pointer], :int],
      imap_reply_set: [[:pointer, :pointer, :size_t], :int],
      imap_auth_begin: [[:pointer, :string, :pointer, :size_t, :pointer], :int],
      imap_auth_challenge: [[:pointer, :pointer, :pointer], :int],
      imap_auth_reply: [[:pointer, :pointer, :size_t, :pointer], :int],
      imap_auth_cancel: [[:pointer, :pointer], :int],
      imap_starttls: [[:pointer, :pointer], :int],
      imap_tls_info_get: [[:pointer, :pointer, :size_t], :int],
      imap_trace_count: [[:pointer], :int],
      imap_trace_line: [[:pointer, :int, :pointer, :pointer, :pointer], :int],
      imap_trace_clear: [[:pointer], :int],
      imap_internaldate_parse: [[:pointer, :size_t, :pointer, :pointer], :int],
      imap_internaldate_format: [[:int64, :int, :pointer, :size_t], :int],
      imap_int_to_ap: [[:uint64, :pointer, :size_t], :int],
      imap_flags_parse: [[:pointer, :size_t, :pointer], :int],
      imap_utf7_encode: [[:pointer, :size_t, :pointer, :size_t, :pointer], :int],
      imap_utf7_decode: [[:pointer, :size_t, :pointer, :size_t, :pointer], :int],
      imap_raw_send: [[:pointer, :pointer, :size_t], :int],
      imap_raw_readline: [[:pointer, :pointer, :pointer], :int],
      imap_raw_read: [[:pointer, :size_t, :pointer, :pointer], :int],
    }.freeze

    STRUCTS = {
      imap_io: { size: :size_t, ctx: :pointer, read: :pointer, write: :pointer, close: :pointer, fd: :int, flags: :int },
      imap_arg: { ptr: :pointer, len: :size_t, type: :int32, flags: :int32 },
      imap_fetch: { size: :size_t, seq: :uint32, uid: :uint32, has: :uint32, malformed: :uint32, flags: :uint32, flags_node: :uint32, internaldate: :int64, internaldate_offset_min: :int32, internaldate_node: :uint32, rfc822_size: :uint64, modseq: :uint64, envelope: :uint32, body: :uint32, bodystructure: :uint32, section_count: :uint32, email_id_node: :uint32, thread_id_node: :uint32, save_date: :int64, save_date_offset_min: :int32, save_date_node: :uint32, preview_node: :uint32, gm_labels_node: :uint32, gm_msgid: :uint64, gm_thrid: :uint64 },
      imap_section: { size: :size_t, item: :pointer, item_len: :size_t, part: :pointer, part_len: :size_t, kind: :int32, is_binary: :int32, origin: :uint64, ptr: :pointer, len: :size_t, node: :uint32, is_streamed: :int32 },
      imap_envelope: { size: :size_t, date: :pointer, date_len: :size_t, subject: :pointer, subject_len: :size_t, in_reply_to: :pointer, in_reply_to_len: :size_t, message_id: :pointer, message_id_len: :size_t, from: :uint32, sender: :uint32, reply_to: :uint32, to: :uint32, cc: :uint32, bcc: :uint32, malformed: :uint32 },
      imap_address: { size: :size_t, name: :pointer, name_len: :size_t, route: :pointer, route_len: :size_t, mailbox: :pointer, mailbox_len: :size_t, host: :pointer, host_len: :size_t, kind: :int32, next: :uint32, malformed: :uint32 },
      imap_part: { size: :size_t, media_type: :pointer, media_type_len: :size_t, subtype: :pointer, subtype_len: :size_t, id: :pointer, id_len: :size_t, description: :pointer, description_len: :size_t, encoding: :pointer, encoding_len: :size_t, md5: :pointer, md5_len: :size_t, disposition: :pointer, disposition_len: :size_t, location: :pointer, location_len: :size_t, octets: :int64, lines: :int64, params: :uint32, disposition_params: :uint32, language: :uint32, envelope: :uint32, body: :uint32, child: :uint32, next: :uint32, is_multipart: :int32, malformed: :uint32 },
      imap_param: { size: :size_t, name: :pointer, name_len: :size_t, value: :pointer, value_len: :size_t, next: :uint32, malformed: :uint32 },
      imap_list_entry: { size: :size_t, attributes: :uint32, attribute_list: :uint32, delimiter: :uint32, extended: :uint32, childinfo: :uint32, malformed: :uint32, name: :pointer, name_len: :size_t, name_utf8: :pointer, name_utf8_len: :size_t, old_name: :pointer, old_name_len: :size_t, old_name_utf8: :pointer, old_name_utf8_len: :size_t },
      imap_mailbox: { size: :size_t, name: :pointer, name_len: :size_t, name_utf8: :pointer, name_utf8_len: :size_t },
      imap_status_data: { size: :size_t, has: :uint32, malformed: :uint32, messages: :uint32, recent: :uint32, unseen: :uint32, deleted: :uint32, uidnext: :uint32, uidvalidity: :uint32, octets: :uint64, deleted_storage: :uint64, highestmodseq: :uint64, appendlimit: :uint64, mailboxid: :pointer, mailboxid_len: :size_t, name: :pointer, name_len: :size_t, name_utf8: :pointer, name_utf8_len: :size_t, items: :uint32 },
      imap_namespace_entry: { size: :size_t, prefix: :pointer, prefix_len: :size_t, prefix_utf8: :pointer, prefix_utf8_len: :size_t, translation: :pointer, translation_len: :size_t, delimiter: :uint32, extension: :uint32, malformed: :uint32 },
      imap_esearch: { size: :size_t, has: :uint32, malformed: :uint32, is_uid: :uint32, min: :uint32, max: :uint32, count: :uint32, modseq: :uint64, tag: :pointer, tag_len: :size_t, partial_range: :pointer, partial_range_len: :size_t, all: :uint32, partial: :uint32, addto: :uint32, removefrom: :uint32, uidvalidity: :uint32 },
      imap_vanished: { size: :size_t, is_earlier: :uint32, uids: :uint32, malformed: :uint32 },
      imap_thread_node: { size: :size_t, number: :uint32, child: :uint32, next: :uint32, malformed: :uint32 },
      imap_entry: { size: :size_t, name: :pointer, name_len: :size_t, value: :pointer, value_len: :size_t, value_node: :uint32, malformed: :uint32 },
      imap_quota: { size: :size_t, name: :pointer, name_len: :size_t, usage: :uint64, limit: :uint64, has_usage: :uint32, has_limit: :uint32, malformed: :uint32 },
      imap_rights: { size: :size_t, identifier: :pointer, identifier_len: :size_t, rights: :pointer, rights_len: :size_t, malformed: :uint32 },
      imap_copied: { source: :uint32, copy: :uint32, count: :uint32 },
      imap_code: { size: :size_t, kind: :uint32, malformed: :uint32, name: :pointer, name_len: :size_t, text: :pointer, text_len: :size_t, number: :uint64, second: :uint32, words: :uint32, source: :uint32, set: :uint32, node: :uint32 },
      imap_literal: { size: :size_t, total: :uint64, done: :uint64, number: :uint32, uid: :uint32, item: :pointer, item_len: :size_t, is_binary: :int32, id: :uint32 },
      imap_tls_info: { size: :size_t, version: :pointer, cipher: :pointer, peer_der: :pointer, peer_der_len: :size_t, verified: :int32 },
    }.freeze
  end
end
