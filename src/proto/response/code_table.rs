//! The response codes that are known: their numbers for C, and what each holds.

/// What a response code is. Numbers are never moved; codes that a later version knows are 0 in this one.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_code_kind {
    /// A code that is not known: name and argument are there as sent.
    IMAP_CODE_OTHER = 0,
    /// A text to be shown to the user. RFC 9051.
    IMAP_CODE_ALERT = 1,
    /// RFC 5530.
    IMAP_CODE_ALREADYEXISTS = 2,
    /// `number` is the UIDVALIDITY, `set` the UIDs the messages were given. RFC 4315.
    IMAP_CODE_APPENDUID = 3,
    /// RFC 5530.
    IMAP_CODE_AUTHENTICATIONFAILED = 4,
    /// RFC 5530.
    IMAP_CODE_AUTHORIZATIONFAILED = 5,
    /// `words` are the charsets the server knows, if it says. RFC 3501.
    IMAP_CODE_BADCHARSET = 6,
    /// RFC 5530.
    IMAP_CODE_CANNOT = 7,
    /// `words` are the capabilities. RFC 9051.
    IMAP_CODE_CAPABILITY = 8,
    /// RFC 5530.
    IMAP_CODE_CLIENTBUG = 9,
    /// The mailbox selected before is closed; what follows is of the next. RFC 7162.
    IMAP_CODE_CLOSED = 10,
    /// RFC 5530.
    IMAP_CODE_CONTACTADMIN = 11,
    /// `number` is the UIDVALIDITY, `source` the UIDs copied, `set` those given to the copies. RFC 4315.
    IMAP_CODE_COPYUID = 12,
    /// RFC 5530.
    IMAP_CODE_CORRUPTION = 13,
    /// RFC 5530.
    IMAP_CODE_EXPIRED = 14,
    /// RFC 5530.
    IMAP_CODE_EXPUNGEISSUED = 15,
    /// RFC 9051.
    IMAP_CODE_HASCHILDREN = 16,
    /// `number`. RFC 7162.
    IMAP_CODE_HIGHESTMODSEQ = 17,
    /// RFC 5530.
    IMAP_CODE_INUSE = 18,
    /// RFC 5530.
    IMAP_CODE_LIMIT = 19,
    /// `text` is the identifier. RFC 8474.
    IMAP_CODE_MAILBOXID = 20,
    /// `text` is LONGENTRIES, MAXSIZE, TOOMANY or NOPRIVATE, `number` the octets. RFC 5464.
    IMAP_CODE_METADATA = 21,
    /// `set` are the messages that were not changed, numbers or UIDs as in the command. RFC 7162.
    IMAP_CODE_MODIFIED = 22,
    /// RFC 7162.
    IMAP_CODE_NOMODSEQ = 23,
    /// RFC 5530.
    IMAP_CODE_NONEXISTENT = 24,
    /// RFC 5530.
    IMAP_CODE_NOPERM = 25,
    /// RFC 9051.
    IMAP_CODE_NOTSAVED = 26,
    /// RFC 5530.
    IMAP_CODE_OVERQUOTA = 27,
    /// RFC 9051.
    IMAP_CODE_PARSE = 28,
    /// `words` are the flags. RFC 9051.
    IMAP_CODE_PERMANENTFLAGS = 29,
    /// RFC 5530.
    IMAP_CODE_PRIVACYREQUIRED = 30,
    /// RFC 9051.
    IMAP_CODE_READ_ONLY = 31,
    /// RFC 9051.
    IMAP_CODE_READ_WRITE = 32,
    /// RFC 5530.
    IMAP_CODE_SERVERBUG = 33,
    /// RFC 9051.
    IMAP_CODE_TRYCREATE = 34,
    /// `number`. RFC 9051.
    IMAP_CODE_UIDNEXT = 35,
    /// RFC 4315.
    IMAP_CODE_UIDNOTSTICKY = 36,
    /// `number`. RFC 9051.
    IMAP_CODE_UIDVALIDITY = 37,
    /// RFC 5530.
    IMAP_CODE_UNAVAILABLE = 38,
    /// RFC 3516.
    IMAP_CODE_UNKNOWN_CTE = 39,
    /// `number` is a message number. RFC 3501.
    IMAP_CODE_UNSEEN = 40,
    /// RFC 6154.
    IMAP_CODE_USEATTR = 41,
    /// `text` is a URL. RFC 2221, 2193.
    IMAP_CODE_REFERRAL = 42,
    /// RFC 4469.
    IMAP_CODE_TOOBIG = 43,
    /// `text` is a URL. RFC 4469.
    IMAP_CODE_BADURL = 44,
    /// `text`. RFC 4467.
    IMAP_CODE_URLMECH = 45,
    /// RFC 4978.
    IMAP_CODE_COMPRESSIONACTIVE = 46,
    /// RFC 5255.
    IMAP_CODE_BADCOMPARATOR = 47,
    /// `text` is TOOBIG or TOOMANY. RFC 5257.
    IMAP_CODE_ANNOTATE = 48,
    /// `text` says what the mailbox takes. RFC 5257.
    IMAP_CODE_ANNOTATIONS = 49,
    /// RFC 5259.
    IMAP_CODE_TEMPFAIL = 50,
    /// `number`. RFC 5259.
    IMAP_CODE_MAXCONVERTMESSAGES = 51,
    /// `number`. RFC 5259.
    IMAP_CODE_MAXCONVERTPARTS = 52,
    /// `text` is the tag of the search that is not kept up to date. RFC 5267.
    IMAP_CODE_NOUPDATE = 53,
    /// RFC 5465.
    IMAP_CODE_NOTIFICATIONOVERFLOW = 54,
    /// `words` are the events the server knows. RFC 5465.
    IMAP_CODE_BADEVENT = 55,
    /// `text` is the filter's name. RFC 5466.
    IMAP_CODE_UNDEFINED_FILTER = 56,
    /// `words` are tag, progress and goal. RFC 9585.
    IMAP_CODE_INPROGRESS = 57,
    /// RFC 9586.
    IMAP_CODE_UIDREQUIRED = 58,
    /// `number` is how many messages a command may name, `second` the lowest UID it got to. RFC 9738.
    IMAP_CODE_MESSAGELIMIT = 59,
    /// `number` of octets. RFC 7889.
    IMAP_CODE_APPENDLIMIT = 60,
}
pub use imap_code_kind::*;

/// What stands behind a code's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Nothing,
    /// Whatever it is, it is read as text.
    Anything,
    /// A number of 32 or of 64 bits.
    Small,
    Wide,
    TwoNumbers,
    /// One word, perhaps in parentheses.
    Text,
    /// Words up to the bracket, or in a list.
    Words,
    List,
    MaybeList,
    Set,
    AppendUid,
    CopyUid,
    Metadata,
}

pub const CODES: &[(&str, imap_code_kind, Holds)] = &[
    ("ALERT", IMAP_CODE_ALERT, Holds::Nothing),
    ("ALREADYEXISTS", IMAP_CODE_ALREADYEXISTS, Holds::Nothing),
    ("APPENDUID", IMAP_CODE_APPENDUID, Holds::AppendUid),
    ("AUTHENTICATIONFAILED", IMAP_CODE_AUTHENTICATIONFAILED, Holds::Nothing),
    ("AUTHORIZATIONFAILED", IMAP_CODE_AUTHORIZATIONFAILED, Holds::Nothing),
    ("BADCHARSET", IMAP_CODE_BADCHARSET, Holds::MaybeList),
    ("CANNOT", IMAP_CODE_CANNOT, Holds::Nothing),
    ("CAPABILITY", IMAP_CODE_CAPABILITY, Holds::Words),
    ("CLIENTBUG", IMAP_CODE_CLIENTBUG, Holds::Nothing),
    ("CLOSED", IMAP_CODE_CLOSED, Holds::Nothing),
    ("CONTACTADMIN", IMAP_CODE_CONTACTADMIN, Holds::Nothing),
    ("COPYUID", IMAP_CODE_COPYUID, Holds::CopyUid),
    ("CORRUPTION", IMAP_CODE_CORRUPTION, Holds::Nothing),
    ("EXPIRED", IMAP_CODE_EXPIRED, Holds::Nothing),
    ("EXPUNGEISSUED", IMAP_CODE_EXPUNGEISSUED, Holds::Nothing),
    ("HASCHILDREN", IMAP_CODE_HASCHILDREN, Holds::Nothing),
    ("HIGHESTMODSEQ", IMAP_CODE_HIGHESTMODSEQ, Holds::Wide),
    ("INUSE", IMAP_CODE_INUSE, Holds::Nothing),
    ("LIMIT", IMAP_CODE_LIMIT, Holds::Nothing),
    ("MAILBOXID", IMAP_CODE_MAILBOXID, Holds::Text),
    ("METADATA", IMAP_CODE_METADATA, Holds::Metadata),
    ("MODIFIED", IMAP_CODE_MODIFIED, Holds::Set),
    ("NOMODSEQ", IMAP_CODE_NOMODSEQ, Holds::Nothing),
    ("NONEXISTENT", IMAP_CODE_NONEXISTENT, Holds::Nothing),
    ("NOPERM", IMAP_CODE_NOPERM, Holds::Nothing),
    ("NOTSAVED", IMAP_CODE_NOTSAVED, Holds::Nothing),
    ("OVERQUOTA", IMAP_CODE_OVERQUOTA, Holds::Nothing),
    ("PARSE", IMAP_CODE_PARSE, Holds::Nothing),
    ("PERMANENTFLAGS", IMAP_CODE_PERMANENTFLAGS, Holds::List),
    ("PRIVACYREQUIRED", IMAP_CODE_PRIVACYREQUIRED, Holds::Nothing),
    ("READ-ONLY", IMAP_CODE_READ_ONLY, Holds::Nothing),
    ("READ-WRITE", IMAP_CODE_READ_WRITE, Holds::Nothing),
    ("SERVERBUG", IMAP_CODE_SERVERBUG, Holds::Nothing),
    ("TRYCREATE", IMAP_CODE_TRYCREATE, Holds::Nothing),
    ("UIDNEXT", IMAP_CODE_UIDNEXT, Holds::Small),
    ("UIDNOTSTICKY", IMAP_CODE_UIDNOTSTICKY, Holds::Nothing),
    ("UIDVALIDITY", IMAP_CODE_UIDVALIDITY, Holds::Small),
    ("UNAVAILABLE", IMAP_CODE_UNAVAILABLE, Holds::Nothing),
    ("UNKNOWN-CTE", IMAP_CODE_UNKNOWN_CTE, Holds::Nothing),
    ("UNSEEN", IMAP_CODE_UNSEEN, Holds::Small),
    ("USEATTR", IMAP_CODE_USEATTR, Holds::Nothing),
    ("REFERRAL", IMAP_CODE_REFERRAL, Holds::Anything),
    ("TOOBIG", IMAP_CODE_TOOBIG, Holds::Nothing),
    ("BADURL", IMAP_CODE_BADURL, Holds::Anything),
    ("URLMECH", IMAP_CODE_URLMECH, Holds::Anything),
    ("COMPRESSIONACTIVE", IMAP_CODE_COMPRESSIONACTIVE, Holds::Nothing),
    ("BADCOMPARATOR", IMAP_CODE_BADCOMPARATOR, Holds::Anything),
    ("ANNOTATE", IMAP_CODE_ANNOTATE, Holds::Text),
    ("ANNOTATIONS", IMAP_CODE_ANNOTATIONS, Holds::Anything),
    ("TEMPFAIL", IMAP_CODE_TEMPFAIL, Holds::Nothing),
    ("MAXCONVERTMESSAGES", IMAP_CODE_MAXCONVERTMESSAGES, Holds::Small),
    ("MAXCONVERTPARTS", IMAP_CODE_MAXCONVERTPARTS, Holds::Small),
    ("NOUPDATE", IMAP_CODE_NOUPDATE, Holds::Text),
    ("NOTIFICATIONOVERFLOW", IMAP_CODE_NOTIFICATIONOVERFLOW, Holds::Nothing),
    ("BADEVENT", IMAP_CODE_BADEVENT, Holds::List),
    ("UNDEFINED-FILTER", IMAP_CODE_UNDEFINED_FILTER, Holds::Text),
    ("INPROGRESS", IMAP_CODE_INPROGRESS, Holds::MaybeList),
    ("UIDREQUIRED", IMAP_CODE_UIDREQUIRED, Holds::Nothing),
    ("MESSAGELIMIT", IMAP_CODE_MESSAGELIMIT, Holds::TwoNumbers),
    ("APPENDLIMIT", IMAP_CODE_APPENDLIMIT, Holds::Wide),
];
