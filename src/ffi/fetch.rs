//! FETCH as values: one call fills a struct with the items of one message. What has structure is a node: ENVELOPE for
//! imap_envelope_get, BODY and BODYSTRUCTURE for imap_part_get, sections by imap_section_get. An item that a server sent
//! in a broken form is marked in `malformed`; what could be read of it is there, and its octets by imap_node_raw.

pub use super::handle::imap_response;
use super::view::{self, Grows};
use super::{guard, text};
use crate::error::IMAP_ERR_HANDLE;
use crate::proto::response::fetch::Fetch;
use crate::proto::response::name::Data;
use crate::proto::response::plain::{self, Nth};
use crate::proto::response::section::{Common, Section, imap_section_kind::IMAP_SECTION_WHOLE};
use crate::proto::tree::Kind;
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// The items of one FETCH response. Numbers are 0 and nodes 0 for items that did not come: see `has`. Fields are only
/// ever appended.
#[repr(C)]
pub struct imap_fetch {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// The message number; 0 in UIDFETCH (RFC 9586).
    pub seq: u32,
    pub uid: u32,
    /// Which items came, bits of imap_fetch_item.
    pub has: u32,
    /// Which of them had a value of another form than theirs.
    pub malformed: u32,
    /// The flags, bits of imap_message_flag, and the list with their names.
    pub flags: u32,
    pub flags_node: u32,
    /// INTERNALDATE in seconds since 1970 UTC, the zone it was written in in minutes east of UTC, and its text.
    pub internaldate: i64,
    pub internaldate_offset_min: i32,
    pub internaldate_node: u32,
    /// RFC822.SIZE in octets.
    pub rfc822_size: u64,
    pub modseq: u64,
    pub envelope: u32,
    pub body: u32,
    pub bodystructure: u32,
    /// How many sections came, for imap_section_get.
    pub section_count: u32,
    /// The texts of EMAILID and THREADID (RFC 8474).
    pub email_id_node: u32,
    pub thread_id_node: u32,
    /// SAVEDATE (RFC 8514), as `internaldate`; 0 and IMAP_NODE_NIL for a message whose date is not known.
    pub save_date: i64,
    pub save_date_offset_min: i32,
    pub save_date_node: u32,
    /// The text of PREVIEW (RFC 8970).
    pub preview_node: u32,
    /// The list of X-GM-LABELS.
    pub gm_labels_node: u32,
    pub gm_msgid: u64,
    pub gm_thrid: u64,
}

// SAFETY: repr(C), begins with its size, and made of numbers.
unsafe impl Grows for imap_fetch {
    const FIRST: usize = offset_of!(imap_fetch, gm_thrid) + size_of::<u64>();
}

/// Fills `*out` with the items of a FETCH response; `size` is sizeof(imap_fetch). Returns IMAP_OK; IMAP_END if the
/// response is no FETCH; IMAP_ERR_ARGUMENT if `out` is NULL or too small. Any thread. Since 0.1. RFC 9051, 7.5.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_fetch_get(response: *const imap_response, out: *mut imap_fetch, size: usize) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        let rc = guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let data = r.inner.name().data();
            if !matches!(data, Data::Fetch | Data::UidFetch) {
                return view::give_struct(out, size, None);
            }
            let (mut plain, mut plain_sections) = (Fetch::default(), 0);
            let (f, sections) = match r.inner.plain_items(&mut plain, |_| plain_sections += 1) {
                Some(()) => (&plain, plain_sections),
                None => {
                    let fetch = r.inner.tree().fetch();
                    (fetch, fetch.sections.len())
                }
            };
            let number = r.inner.number().unwrap_or(0);
            let by_uid = data == Data::UidFetch;
            let date = f.internaldate.map_or((0, 0), |d| (d.seconds, d.offset_min));
            let save_date = f.save_date.map_or((0, 0), |d| (d.seconds, d.offset_min));
            view::give_struct(
                out,
                size,
                Some(imap_fetch {
                    size: 0,
                    seq: if by_uid { 0 } else { number },
                    uid: if by_uid { number } else { f.uid },
                    has: f.has,
                    malformed: f.malformed,
                    flags: f.flags,
                    flags_node: f.flags_node,
                    internaldate: date.0,
                    internaldate_offset_min: date.1,
                    internaldate_node: f.internaldate_node,
                    rfc822_size: f.size,
                    modseq: f.modseq,
                    envelope: f.envelope,
                    body: f.body,
                    bodystructure: f.bodystructure,
                    section_count: sections as u32,
                    email_id_node: f.email_id,
                    thread_id_node: f.thread_id,
                    save_date: save_date.0,
                    save_date_offset_min: save_date.1,
                    save_date_node: f.save_date_node,
                    preview_node: f.preview,
                    gm_labels_node: f.gm_labels,
                    gm_msgid: f.gm_msgid,
                    gm_thrid: f.gm_thrid,
                }),
            )
        });
        view::settled(rc, out, size)
    }
}

/// One section of a message: BODY[…], BINARY[…], RFC822, RFC822.HEADER or RFC822.TEXT. Fields are only ever appended.
#[repr(C)]
pub struct imap_section {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// The item as the server wrote it: "BODY[1.2.MIME]<0>".
    pub item: *const c_char,
    pub item_len: usize,
    /// The part number in it, "1.2"; "" for the whole message. No NUL behind it.
    pub part: *const c_char,
    pub part_len: usize,
    /// Which piece of the part, a number of imap_section_kind.
    pub kind: i32,
    /// 1 for BINARY: the transfer encoding is undone.
    pub is_binary: i32,
    /// Where the octets begin in the section if only some were asked for, else 0.
    pub origin: u64,
    /// Its octets; NULL and 0 for NIL, for a missing value, and for what passed by as IMAP_LITERAL.
    pub ptr: *const c_char,
    pub len: usize,
    /// The value's node; 0 if the server sent none.
    pub node: u32,
    /// 1 if it came by imap_literal_read and the like, and is not here.
    pub is_streamed: i32,
}

// SAFETY: repr(C), begins with its size, and made of numbers and pointers that may be NULL.
unsafe impl Grows for imap_section {
    const FIRST: usize = offset_of!(imap_section, is_streamed) + size_of::<i32>();
}

/// Fills `*out` with section `i` from 0 of a FETCH response, in the order they came; `size` is sizeof(imap_section). All
/// texts are borrowed from the response. Returns IMAP_OK; IMAP_END past the end; IMAP_ERR_ARGUMENT if `out` is NULL or
/// too small. Any thread. Since 0.1. RFC 9051, 7.5.2; RFC 3516.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_section_get(
    response: *const imap_response,
    i: u32,
    out: *mut imap_section,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        let rc = guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let mut sections = Nth::new(i as usize);
            if r.inner.plain_items(&mut Fetch::default(), &mut sections).is_some() {
                match sections.found.as_ref().map(|s| (s, Common::find(s.name))) {
                    None => return view::give_struct(out, size, None),
                    Some((found, Some(common))) => {
                        return view::give_struct(out, size, Some(plain_section(found, common)));
                    }
                    Some((_, None)) => {}
                }
            }
            let sections = &r.inner.tree().fetch().sections;
            let found = sections.get(i as usize);
            view::give_struct(out, size, found.map(|&(name, value)| section(r, name, value)))
        });
        view::settled(rc, out, size)
    }
}

/// The same for the first section whose item is `item` (any case), as "BODY[HEADER]" or "BODY[]<0>", or as it
/// was asked for, "BODY.PEEK[]<0.9>"; without "<…>" any origin will do. Any thread. Since 0.1. RFC 9051, 7.5.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_section_find(
    response: *const imap_response,
    item: *const c_char,
    out: *mut imap_section,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL, a C string or NULL and a place or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let wanted = text::optional(item).unwrap_or_default();
            let values = r.inner.values();
            let (wanted, wanted_rest) = item_parts(wanted);
            let is_wanted = |name: u32| {
                values.text(name).is_some_and(|t| {
                    let (name, rest) = item_parts(t);
                    let bare = rest.split(|b| *b == b'<').next().unwrap_or_default();
                    name.eq_ignore_ascii_case(wanted)
                        && (rest.eq_ignore_ascii_case(wanted_rest) || bare.eq_ignore_ascii_case(wanted_rest))
                })
            };
            let sections = &r.inner.tree().fetch().sections;
            let found = sections.iter().find(|s| is_wanted(s.0));
            view::give_struct(out, size, found.map(|&(name, value)| section(r, name, value)))
        })
    }
}

/// An item's name without .PEEK, and what follows as far as the origin: "BODY.PEEK[1]<0.9>" is answered as "BODY[1]<0>".
fn item_parts(item: &[u8]) -> (&[u8], &[u8]) {
    let (name, rest) = item.split_at(item.iter().position(|b| *b == b'[').unwrap_or(item.len()));
    let name = match name.len().checked_sub(b".PEEK".len()) {
        Some(at) if name[at..].eq_ignore_ascii_case(b".PEEK") => &name[..at],
        _ => name,
    };
    let range = rest.ends_with(b">").then(|| rest.iter().rposition(|b| *b == b'<'));
    let Some(at) = range.flatten() else {
        return (name, rest);
    };
    let end = rest[at..].iter().position(|b| matches!(b, b'.' | b'>'));
    (name, &rest[..at + end.unwrap_or_default()])
}

/// A section of a row that needs no tree for it.
#[inline(always)]
fn plain_section(found: &plain::Section<'_>, common: &Common) -> imap_section {
    let is_streamed = found.octets.is_none();
    filled(
        common.item,
        Some(&common.section),
        found.octets,
        found.value_node,
        is_streamed,
    )
}

fn section(r: &imap_response, name: u32, value: u32) -> imap_section {
    let values = r.inner.values();
    let octets = values.text(value);
    let is_streamed = octets.is_none() && values.kind(value) == Kind::Literal;
    let item = values.text(name).unwrap_or_default();
    filled(item, Section::read(item).as_ref(), octets, value, is_streamed)
}

/// `item` has a NUL behind it in memory; `read` is what it says.
#[inline(always)]
fn filled(
    item: &[u8],
    read: Option<&Section<'_>>,
    octets: Option<&[u8]>,
    node: u32,
    is_streamed: bool,
) -> imap_section {
    let kind = read.map_or(IMAP_SECTION_WHOLE, |s| s.kind);
    let part = read.map_or(&item[..0], |s| s.part);
    imap_section {
        size: 0,
        item: view::ptr(Some(item)),
        item_len: item.len(),
        part: view::ptr(Some(part)),
        part_len: part.len(),
        kind: kind as i32,
        is_binary: i32::from(read.is_some_and(|s| s.is_binary)),
        origin: read.map_or(0, |s| s.origin),
        ptr: view::ptr(octets),
        len: view::len(octets),
        node,
        is_streamed: i32::from(is_streamed),
    }
}
