//! Typed views of untagged data. A function reads one response line (a row, an event, or a result's own line) and fills
//! a struct; give its sizeof as `size`. What repeats is gone through with a cursor: a number that is 0 at first and only
//! handed back; IMAP_END comes after the last. Texts are borrowed from the response and have a NUL behind them; what is
//! NIL or absent is NULL, what is empty is not. What a server sent against the rules gives the best value that can be
//! had of it and a mark `malformed`; the octets are in imap_response_raw. Any thread may read, several at once.

use super::guard;
pub use super::handle::imap_response;
use crate::proto::response::Response;
use crate::proto::response::head::{Kind, Status};
use crate::proto::response::name::Data;
use std::ffi::c_int;

/// What a response is. Numbers are never moved; kinds that a later version knows are 0 in this one.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_kind {
    /// None of those below: imap_response_name has the name.
    IMAP_KIND_OTHER = 0,
    IMAP_KIND_FETCH = 1,
    /// imap_response_number is how many messages there are.
    IMAP_KIND_EXISTS = 2,
    /// imap_response_number is the message that is gone.
    IMAP_KIND_EXPUNGE = 3,
    IMAP_KIND_RECENT = 4,
    /// imap_word_next.
    IMAP_KIND_FLAGS = 5,
    /// imap_numbers_get, imap_search_modseq.
    IMAP_KIND_SEARCH = 6,
    /// imap_esearch_get.
    IMAP_KIND_ESEARCH = 7,
    /// imap_numbers_get.
    IMAP_KIND_SORT = 8,
    /// imap_thread_get.
    IMAP_KIND_THREAD = 9,
    /// imap_list_get.
    IMAP_KIND_LIST = 10,
    /// imap_list_get.
    IMAP_KIND_LSUB = 11,
    /// imap_list_get.
    IMAP_KIND_XLIST = 12,
    /// imap_status_get.
    IMAP_KIND_STATUS = 13,
    /// imap_vanished_get.
    IMAP_KIND_VANISHED = 14,
    /// imap_word_next.
    IMAP_KIND_CAPABILITY = 15,
    /// imap_word_next.
    IMAP_KIND_ENABLED = 16,
    /// imap_entry_next.
    IMAP_KIND_ID = 17,
    /// imap_namespace_next.
    IMAP_KIND_NAMESPACE = 18,
    /// imap_quota_next, imap_quota_root.
    IMAP_KIND_QUOTA = 19,
    /// imap_mailbox_get, imap_word_next.
    IMAP_KIND_QUOTAROOT = 20,
    /// imap_mailbox_get, imap_acl_next.
    IMAP_KIND_ACL = 21,
    /// imap_mailbox_get, imap_rights_get, imap_word_next.
    IMAP_KIND_LISTRIGHTS = 22,
    /// imap_mailbox_get, imap_rights_get.
    IMAP_KIND_MYRIGHTS = 23,
    /// imap_mailbox_get, imap_entry_next.
    IMAP_KIND_METADATA = 24,
    /// imap_mailbox_get, imap_entry_next, imap_pair_next.
    IMAP_KIND_ANNOTATION = 25,
    /// FETCH with the UID for the number (RFC 9586).
    IMAP_KIND_UIDFETCH = 26,
    /// A status, tagged or not: imap_code_get.
    IMAP_KIND_OK = 27,
    IMAP_KIND_NO = 28,
    IMAP_KIND_BAD = 29,
    IMAP_KIND_BYE = 30,
    IMAP_KIND_PREAUTH = 31,
    IMAP_KIND_CONTINUATION = 32,
    /// Of events: there were too many, and all were dropped.
    IMAP_KIND_OVERFLOW = 33,
}
use imap_kind::*;

/// What the response is, a number of imap_kind: "* 12 EXISTS" is IMAP_KIND_EXISTS, a result IMAP_KIND_OK or as it was
/// answered. IMAP_KIND_OTHER if `response` is none. Since 0.1. RFC 9051, 7.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_kind(response: *const imap_response) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| kind(&r.inner) as c_int) }
}

fn kind(response: &Response) -> imap_kind {
    match response.status() {
        Some(Status::Ok) => return IMAP_KIND_OK,
        Some(Status::No) => return IMAP_KIND_NO,
        Some(Status::Bad) => return IMAP_KIND_BAD,
        Some(Status::Bye) => return IMAP_KIND_BYE,
        Some(Status::Preauth) => return IMAP_KIND_PREAUTH,
        None => {}
    }
    match response.data() {
        Data::Acl => IMAP_KIND_ACL,
        Data::Annotation => IMAP_KIND_ANNOTATION,
        Data::Capability => IMAP_KIND_CAPABILITY,
        Data::Enabled => IMAP_KIND_ENABLED,
        Data::Esearch => IMAP_KIND_ESEARCH,
        Data::Exists => IMAP_KIND_EXISTS,
        Data::Expunge => IMAP_KIND_EXPUNGE,
        Data::Fetch => IMAP_KIND_FETCH,
        Data::Flags => IMAP_KIND_FLAGS,
        Data::Id => IMAP_KIND_ID,
        Data::List => IMAP_KIND_LIST,
        Data::ListRights => IMAP_KIND_LISTRIGHTS,
        Data::Lsub => IMAP_KIND_LSUB,
        Data::Metadata => IMAP_KIND_METADATA,
        Data::MyRights => IMAP_KIND_MYRIGHTS,
        Data::Namespace => IMAP_KIND_NAMESPACE,
        Data::Quota => IMAP_KIND_QUOTA,
        Data::QuotaRoot => IMAP_KIND_QUOTAROOT,
        Data::Recent => IMAP_KIND_RECENT,
        Data::Search => IMAP_KIND_SEARCH,
        Data::Sort => IMAP_KIND_SORT,
        Data::Status => IMAP_KIND_STATUS,
        Data::Thread => IMAP_KIND_THREAD,
        Data::UidFetch => IMAP_KIND_UIDFETCH,
        Data::Vanished => IMAP_KIND_VANISHED,
        Data::Xlist => IMAP_KIND_XLIST,
        Data::StatusLine => IMAP_KIND_OTHER,
        Data::Other if response.head().kind == Kind::Continuation => IMAP_KIND_CONTINUATION,
        Data::Other if response.name().is(b"OVERFLOW") => IMAP_KIND_OVERFLOW,
        Data::Other => IMAP_KIND_OTHER,
    }
}
