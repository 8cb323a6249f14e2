//! Mailboxes: LIST, LSUB, XLIST, STATUS, NAMESPACE. A name is given as sent, which is what goes back to the server
//! (IMAP_ARG_MAILBOX_RAW), and in UTF-8 to be shown; one that is neither modified UTF-7 nor UTF-8 is shown as sent.

pub use super::handle::imap_response;
use super::{guard, view, walk};
use crate::proto::response::mailbox_status::{self, Item};
use crate::proto::response::name::Data;
use crate::proto::response::names::Mailbox;
use crate::proto::response::{Response, arguments, list, namespace};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// Attributes of a mailbox, as bits (RFC 9051, 7.3.1; RFC 6154). Each is there only if it was sent: \NonExistent also
/// means \Noselect.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_attribute {
    IMAP_ATTRIBUTE_NOSELECT = 0x1,
    IMAP_ATTRIBUTE_NOINFERIORS = 0x2,
    IMAP_ATTRIBUTE_HASCHILDREN = 0x4,
    IMAP_ATTRIBUTE_HASNOCHILDREN = 0x8,
    IMAP_ATTRIBUTE_MARKED = 0x10,
    IMAP_ATTRIBUTE_UNMARKED = 0x20,
    IMAP_ATTRIBUTE_NONEXISTENT = 0x40,
    IMAP_ATTRIBUTE_SUBSCRIBED = 0x80,
    IMAP_ATTRIBUTE_REMOTE = 0x100,
    /// XLIST's \AllMail too.
    IMAP_ATTRIBUTE_ALL = 0x200,
    IMAP_ATTRIBUTE_ARCHIVE = 0x400,
    IMAP_ATTRIBUTE_DRAFTS = 0x800,
    /// XLIST's \Starred too.
    IMAP_ATTRIBUTE_FLAGGED = 0x1000,
    /// XLIST's \Spam too.
    IMAP_ATTRIBUTE_JUNK = 0x2000,
    IMAP_ATTRIBUTE_SENT = 0x4000,
    IMAP_ATTRIBUTE_TRASH = 0x8000,
    IMAP_ATTRIBUTE_IMPORTANT = 0x1_0000,
    /// XLIST only.
    IMAP_ATTRIBUTE_INBOX = 0x2_0000,
    /// At least one that is none of these: see `attribute_list`.
    IMAP_ATTRIBUTE_OTHER = 0x4000_0000,
}

/// One mailbox of a LIST, LSUB or XLIST.
#[repr(C)]
pub struct imap_list_entry {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// Bits of imap_attribute.
    pub attributes: u32,
    /// The node of the attributes, for imap_word_next; 0 for none.
    pub attribute_list: u32,
    /// The octet between the levels of names; 0 if there are no levels.
    pub delimiter: u32,
    /// The node of the names and values behind the mailbox name, for imap_pair_next; 0 for none (RFC 5258).
    pub extended: u32,
    /// The node of the list behind CHILDINFO; 0 for none.
    pub childinfo: u32,
    pub malformed: u32,
    pub name: *const c_char,
    pub name_len: usize,
    pub name_utf8: *const c_char,
    pub name_utf8_len: usize,
    /// The name before a rename or in another spelling (OLDNAME); NULL for none.
    pub old_name: *const c_char,
    pub old_name_len: usize,
    pub old_name_utf8: *const c_char,
    pub old_name_utf8_len: usize,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_list_entry {
    const FIRST: usize = offset_of!(imap_list_entry, old_name_utf8_len) + size_of::<usize>();
}

/// Reads a LIST, LSUB or XLIST. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if `out` is NULL or
/// `size` too small. Since 0.1. RFC 9051, 7.3.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_list_get(
    response: *const imap_response,
    out: *mut imap_list_entry,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            view::give_struct(out, size, list_entry(&r.inner))
        })
    }
}

fn list_entry(response: &Response) -> Option<imap_list_entry> {
    if !matches!(response.data(), Data::List | Data::Lsub | Data::Xlist) {
        return None;
    }
    let entry = list::read(response.values())?;
    let (name, name_utf8) = both(response.mailbox(entry.name));
    let (old_name, old_name_utf8) = both(response.mailbox(entry.old_name));
    Some(imap_list_entry {
        size: 0,
        attributes: entry.attributes,
        attribute_list: entry.attribute_list,
        delimiter: u32::from(entry.delimiter),
        extended: entry.extended,
        childinfo: entry.child_info,
        malformed: u32::from(entry.malformed),
        name: view::ptr(name),
        name_len: view::len(name),
        name_utf8: view::ptr(name_utf8),
        name_utf8_len: view::len(name_utf8),
        old_name: view::ptr(old_name),
        old_name_len: view::len(old_name),
        old_name_utf8: view::ptr(old_name_utf8),
        old_name_utf8_len: view::len(old_name_utf8),
    })
}

fn both(mailbox: Option<Mailbox<'_>>) -> (Option<&[u8]>, Option<&[u8]>) {
    (mailbox.map(|m| m.raw), mailbox.map(|m| m.utf8))
}

/// A mailbox name.
#[repr(C)]
pub struct imap_mailbox {
    /// How many octets of this struct were filled.
    pub size: usize,
    pub name: *const c_char,
    pub name_len: usize,
    pub name_utf8: *const c_char,
    pub name_utf8_len: usize,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_mailbox {
    const FIRST: usize = offset_of!(imap_mailbox, name_utf8_len) + size_of::<usize>();
}

/// The mailbox that a QUOTAROOT, ACL, LISTRIGHTS, MYRIGHTS, METADATA, ANNOTATION, STATUS, LIST, LSUB or XLIST is about,
/// or an ESEARCH of several mailboxes. Returns IMAP_OK; IMAP_END if the response names none; IMAP_ERR_ARGUMENT if `out`
/// is NULL or `size` too small. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_mailbox_get(
    response: *const imap_response,
    out: *mut imap_mailbox,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let mailbox = mailbox_node(&r.inner).and_then(|node| r.inner.mailbox(node));
            let filled = mailbox.map(|m| imap_mailbox {
                size: 0,
                name: view::ptr(Some(m.raw)),
                name_len: m.raw.len(),
                name_utf8: view::ptr(Some(m.utf8)),
                name_utf8_len: m.utf8.len(),
            });
            view::give_struct(out, size, filled)
        })
    }
}

fn mailbox_node(response: &Response) -> Option<u32> {
    let values = response.values();
    match response.data() {
        Data::List | Data::Lsub | Data::Xlist => Some(list::read(values)?.name),
        Data::QuotaRoot
        | Data::Acl
        | Data::ListRights
        | Data::MyRights
        | Data::Metadata
        | Data::Annotation
        | Data::Status => Some(arguments::first(values)),
        Data::Esearch => Some(values.find(arguments::first(values), b"MAILBOX")),
        _ => None,
    }
}

/// Which numbers of a STATUS are there, as bits.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_status_has {
    IMAP_STATUS_HAS_MESSAGES = 0x1,
    IMAP_STATUS_HAS_RECENT = 0x2,
    IMAP_STATUS_HAS_UNSEEN = 0x4,
    IMAP_STATUS_HAS_UIDNEXT = 0x8,
    IMAP_STATUS_HAS_UIDVALIDITY = 0x10,
    IMAP_STATUS_HAS_SIZE = 0x20,
    IMAP_STATUS_HAS_DELETED = 0x40,
    IMAP_STATUS_HAS_DELETED_STORAGE = 0x80,
    IMAP_STATUS_HAS_HIGHESTMODSEQ = 0x100,
    IMAP_STATUS_HAS_APPENDLIMIT = 0x200,
    IMAP_STATUS_HAS_MAILBOXID = 0x400,
}

/// The numbers of one mailbox; 0 where `has` does not have the bit.
#[repr(C)]
pub struct imap_status_data {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// Bits of imap_status_has.
    pub has: u32,
    pub malformed: u32,
    pub messages: u32,
    pub recent: u32,
    pub unseen: u32,
    pub deleted: u32,
    pub uidnext: u32,
    pub uidvalidity: u32,
    /// SIZE: the octets of all messages (RFC 8438).
    pub octets: u64,
    /// Octets that an expunge would free.
    pub deleted_storage: u64,
    pub highestmodseq: u64,
    /// The largest message that can be appended, in octets; UINT64_MAX if no limit was set (RFC 7889).
    pub appendlimit: u64,
    /// RFC 8474.
    pub mailboxid: *const c_char,
    pub mailboxid_len: usize,
    pub name: *const c_char,
    pub name_len: usize,
    pub name_utf8: *const c_char,
    pub name_utf8_len: usize,
    /// The node of all names and values, for imap_pair_next.
    pub items: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_status_data {
    const FIRST: usize = offset_of!(imap_status_data, items) + size_of::<u32>();
}

/// Reads a STATUS. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if `out` is NULL or `size` too
/// small. Since 0.1. RFC 9051, 7.3.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_status_get(
    response: *const imap_response,
    out: *mut imap_status_data,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            view::give_struct(out, size, status_data(&r.inner))
        })
    }
}

fn status_data(response: &Response) -> Option<imap_status_data> {
    let values = response.values();
    let counts = mailbox_status::read(values).filter(|_| response.data() == Data::Status)?;
    let small = |item| u32::try_from(counts.get(item)).unwrap_or(0);
    let (name, name_utf8) = both(response.mailbox(counts.name));
    let mailbox_id = values.word(counts.mailbox_id);
    Some(imap_status_data {
        size: 0,
        has: counts.has,
        malformed: u32::from(counts.malformed),
        messages: small(Item::Messages),
        recent: small(Item::Recent),
        unseen: small(Item::Unseen),
        deleted: small(Item::Deleted),
        uidnext: small(Item::UidNext),
        uidvalidity: small(Item::UidValidity),
        octets: counts.get(Item::Size),
        deleted_storage: counts.get(Item::DeletedStorage),
        highestmodseq: counts.get(Item::HighestModSeq),
        appendlimit: counts.get(Item::AppendLimit),
        mailboxid: view::ptr(mailbox_id),
        mailboxid_len: view::len(mailbox_id),
        name: view::ptr(name),
        name_len: view::len(name),
        name_utf8: view::ptr(name_utf8),
        name_utf8_len: view::len(name_utf8),
        items: counts.items,
    })
}

/// One namespace.
#[repr(C)]
pub struct imap_namespace_entry {
    /// How many octets of this struct were filled.
    pub size: usize,
    pub prefix: *const c_char,
    pub prefix_len: usize,
    pub prefix_utf8: *const c_char,
    pub prefix_utf8_len: usize,
    /// The prefix in the user's language, in UTF-8 (RFC 5255, 3.4); NULL for none.
    pub translation: *const c_char,
    pub translation_len: usize,
    /// The octet between the levels of names; 0 if there are no levels.
    pub delimiter: u32,
    /// The node of the first extension's name; its values follow (imap_node_next). 0 for none.
    pub extension: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_namespace_entry {
    const FIRST: usize = offset_of!(imap_namespace_entry, malformed) + size_of::<u32>();
}

/// The next namespace of a class: 0 one's own, 1 other people's, 2 shared ones. `*cursor` is 0 at first. Returns
/// IMAP_OK; IMAP_END after the last, and if the response is no NAMESPACE; IMAP_ERR_ARGUMENT if a pointer is NULL, `size`
/// too small or the class none. Since 0.1. RFC 9051, 7.3.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_namespace_next(
    response: *const imap_response,
    which: c_int,
    cursor: *mut u32,
    out: *mut imap_namespace_entry,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL, `size` writable octets or NULL and a place or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let Some(class) = u32::try_from(which).ok().filter(|c| *c < 3) else {
                return crate::error::IMAP_ERR_ARGUMENT as c_int;
            };
            let is_namespace = r.inner.data() == Data::Namespace;
            let next = |at: &mut u32| {
                is_namespace
                    .then(|| namespace::next(r.inner.values(), class, at))
                    .flatten()
            };
            match walk::step(cursor, next) {
                Ok(entry) => view::give_struct(out, size, entry.map(|e| namespace_entry(&r.inner, &e))),
                Err(code) => code,
            }
        })
    }
}

fn namespace_entry(response: &Response, entry: &namespace::Entry) -> imap_namespace_entry {
    let (prefix, prefix_utf8) = both(response.mailbox(entry.prefix));
    let (_, translation) = both(response.mailbox(entry.translation));
    imap_namespace_entry {
        size: 0,
        prefix: view::ptr(prefix),
        prefix_len: view::len(prefix),
        prefix_utf8: view::ptr(prefix_utf8),
        prefix_utf8_len: view::len(prefix_utf8),
        translation: view::ptr(translation),
        translation_len: view::len(translation),
        delimiter: u32::from(entry.delimiter),
        extension: entry.extension,
        malformed: u32::from(entry.malformed),
    }
}
