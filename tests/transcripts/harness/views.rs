//! Typed views as text: one line each, what is not there left out. This file: messages (FETCH, ENVELOPE, BODYSTRUCTURE,
//! sections). The rest is in `views_data`.

use super::text::shown;
use super::views_data;
use imap4::proto::response::Response;
use imap4::proto::response::address::{self, Role};
use imap4::proto::response::fetch::{imap_fetch_item, imap_fetch_item::*, imap_message_flag::*};
use imap4::proto::response::name::Data;
use imap4::proto::response::section::Section;
use imap4::proto::response::{body, body_walk, envelope, param};
use imap4::proto::tree::{Kind, Values};
use std::fmt::Write;

/// The view of this name: of a response that has none, `none`. `None` if there is no such view.
pub fn named(response: &Response, name: &str) -> Option<String> {
    let found = match name {
        "fetch" => fetch(response),
        "sections" => sections(response),
        "envelope" => of_fetch(response, |r, f| envelope(r, f.envelope)),
        "body" => of_fetch(response, |r, f| parts(r, f.body)),
        "bodystructure" => of_fetch(response, |r, f| parts(r, f.bodystructure)),
        _ => return views_data::named(response, name),
    };
    Some(found.unwrap_or_else(|| "none".to_owned()))
}

/// Every view, for comparisons.
pub fn all(response: &Response) -> String {
    let mut out = String::new();
    for name in ["fetch", "sections", "envelope", "body", "bodystructure"]
        .into_iter()
        .chain(views_data::NAMES.iter().copied())
    {
        match named(response, name) {
            Some(view) if view != "none" => {
                let _ = write!(out, "; {name} {view}");
            }
            _ => {}
        }
    }
    out
}

/// `key=value` and a blank before it.
pub fn put(out: &mut String, key: &str, value: impl std::fmt::Display) {
    let blank = if out.is_empty() { "" } else { " " };
    let _ = write!(out, "{blank}{key}={value}");
}

pub fn put_word(out: &mut String, word: &str) {
    let blank = if out.is_empty() { "" } else { " " };
    let _ = write!(out, "{blank}{word}");
}

/// `"text"`, or NIL.
pub fn quoted(text: Option<&[u8]>) -> String {
    text.map_or("NIL".to_owned(), |t| format!("\"{}\"", shown(t)))
}

/// Names of the bits, `SEEN|DRAFT`.
fn bits(mask: u32, names: impl Iterator<Item = (u32, String)>) -> String {
    let names: Vec<String> = names.filter(|(bit, _)| mask & bit != 0).map(|(_, n)| n).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join("|")
    }
}

const ITEMS: [imap_fetch_item; 17] = [
    IMAP_FETCH_UID,
    IMAP_FETCH_FLAGS,
    IMAP_FETCH_INTERNALDATE,
    IMAP_FETCH_SIZE,
    IMAP_FETCH_ENVELOPE,
    IMAP_FETCH_BODY,
    IMAP_FETCH_BODYSTRUCTURE,
    IMAP_FETCH_MODSEQ,
    IMAP_FETCH_SECTION,
    IMAP_FETCH_EMAILID,
    IMAP_FETCH_THREADID,
    IMAP_FETCH_SAVEDATE,
    IMAP_FETCH_PREVIEW,
    IMAP_FETCH_GM_MSGID,
    IMAP_FETCH_GM_THRID,
    IMAP_FETCH_GM_LABELS,
    IMAP_FETCH_OTHER,
];

fn items(mask: u32) -> String {
    let name = |i: imap_fetch_item| format!("{i:?}").trim_start_matches("IMAP_FETCH_").to_owned();
    bits(mask, ITEMS.into_iter().map(|i| (i as u32, name(i))))
}

fn flags(mask: u32) -> String {
    let all = [
        IMAP_SEEN,
        IMAP_ANSWERED,
        IMAP_FLAGGED,
        IMAP_DELETED,
        IMAP_DRAFT,
        IMAP_RECENT,
        IMAP_FORWARDED,
        IMAP_MDN_SENT,
        IMAP_JUNK,
        IMAP_NOT_JUNK,
        IMAP_PHISHING,
        IMAP_IMPORTANT,
        IMAP_OTHER_FLAGS,
    ];
    let name = |f| format!("{f:?}").trim_start_matches("IMAP_").to_owned();
    bits(mask, all.into_iter().map(|f| (f as u32, name(f))))
}

type Items = imap4::proto::response::fetch::Fetch;

fn of_fetch(response: &Response, view: impl Fn(&Response, &Items) -> Option<String>) -> Option<String> {
    let is_fetch = matches!(response.data(), Data::Fetch | Data::UidFetch);
    is_fetch.then(|| view(response, response.tree().fetch())).flatten()
}

/// `seq=1 uid=5 flags=SEEN|ANSWERED date=837596665-420 size=2048 has=...`
fn fetch(response: &Response) -> Option<String> {
    of_fetch(response, |r, f| {
        let values = r.values();
        let has = |item: imap_fetch_item| f.has & item as u32 != 0;
        let number = r.number().unwrap_or(0);
        let mut out = String::new();
        match r.data() {
            Data::UidFetch => put(&mut out, "uid", number),
            _ => put(&mut out, "seq", number),
        }
        if has(IMAP_FETCH_UID) {
            put(&mut out, "uid", f.uid);
        }
        if has(IMAP_FETCH_FLAGS) {
            put(&mut out, "flags", flags(f.flags));
        }
        for (item, date, name) in [
            (IMAP_FETCH_INTERNALDATE, f.internaldate, "date"),
            (IMAP_FETCH_SAVEDATE, f.save_date, "savedate"),
        ] {
            if has(item) {
                let date = date.map_or("none".to_owned(), |d| format!("{}{:+}", d.seconds, d.offset_min));
                put(&mut out, name, date);
            }
        }
        for (item, number, name) in [
            (IMAP_FETCH_SIZE, f.size, "size"),
            (IMAP_FETCH_MODSEQ, f.modseq, "modseq"),
            (IMAP_FETCH_GM_MSGID, f.gm_msgid, "msgid"),
            (IMAP_FETCH_GM_THRID, f.gm_thrid, "thrid"),
        ] {
            if has(item) {
                put(&mut out, name, number);
            }
        }
        for (item, node, name) in [
            (IMAP_FETCH_EMAILID, f.email_id, "emailid"),
            (IMAP_FETCH_THREADID, f.thread_id, "threadid"),
            (IMAP_FETCH_PREVIEW, f.preview, "preview"),
        ] {
            if has(item) {
                put(&mut out, name, quoted(values.text(node)));
            }
        }
        if has(IMAP_FETCH_GM_LABELS) {
            let labels: Vec<String> = values.children(f.gm_labels).map(|n| quoted(values.word(n))).collect();
            put(&mut out, "labels", format!("({})", labels.join(" ")));
        }
        if !f.sections.is_empty() {
            put(&mut out, "sections", f.sections.len());
        }
        let rest = [
            IMAP_FETCH_ENVELOPE,
            IMAP_FETCH_BODY,
            IMAP_FETCH_BODYSTRUCTURE,
            IMAP_FETCH_OTHER,
        ];
        let rest = rest.iter().fold(0, |mask, i| mask | *i as u32) & f.has;
        if rest != 0 {
            put(&mut out, "also", items(rest));
        }
        if f.malformed != 0 {
            put(&mut out, "bad", items(f.malformed));
        }
        Some(out)
    })
}

/// `BODY[1.TEXT]<0> part=1 kind=TEXT "octets"`, `; ` between two.
fn sections(response: &Response) -> Option<String> {
    of_fetch(response, |r, f| {
        let values = r.values();
        let one = |&(name, value): &(u32, u32)| {
            let item = values.text(name).unwrap_or_default();
            let mut out = shown(item);
            if let Some(section) = Section::read(item) {
                if !section.part.is_empty() {
                    put(&mut out, "part", shown(section.part));
                }
                put(
                    &mut out,
                    "kind",
                    format!("{:?}", section.kind).trim_start_matches("IMAP_SECTION_"),
                );
                if section.is_binary {
                    put_word(&mut out, "binary");
                }
                if section.origin != 0 {
                    put(&mut out, "origin", section.origin);
                }
            }
            let is_gone = values.text(value).is_none() && values.kind(value) == Kind::Literal;
            put_word(
                &mut out,
                &if is_gone {
                    "streamed".to_owned()
                } else {
                    quoted(values.text(value))
                },
            );
            out
        };
        let all: Vec<String> = f.sections.iter().map(one).collect();
        (!all.is_empty()).then(|| all.join("; "))
    })
}

/// `date="..." subject=NIL from="Name"<user@host>, ... cc=NIL`
fn envelope(response: &Response, node: u32) -> Option<String> {
    let values = response.values();
    let e = envelope::read(values, node)?;
    let mut out = String::new();
    put(&mut out, "date", quoted(e.date));
    put(&mut out, "subject", quoted(e.subject));
    for (name, first) in [
        ("from", e.from),
        ("sender", e.sender),
        ("reply_to", e.reply_to),
        ("to", e.to),
        ("cc", e.cc),
        ("bcc", e.bcc),
    ] {
        if first != 0 {
            put(&mut out, name, addresses(values, first));
        }
    }
    put(&mut out, "in_reply_to", quoted(e.in_reply_to));
    put(&mut out, "message_id", quoted(e.message_id));
    if e.is_malformed {
        put_word(&mut out, "bad");
    }
    Some(out)
}

/// `"Name"<user@host>`, `"group":`, `;` for a group's end; `!` behind what is malformed.
fn addresses(values: Values<'_>, first: u32) -> String {
    let mut all = Vec::new();
    let mut node = first;
    while let Some(a) = address::read(values, node) {
        let part = |text: Option<&[u8]>| text.map_or("NIL".to_owned(), shown);
        let route = a.route.map_or(String::new(), |r| format!("{}:", shown(r)));
        let mut one = match a.role {
            Role::Mailbox => format!("{}<{route}{}@{}>", quoted(a.name), part(a.mailbox), part(a.host)),
            Role::GroupStart => format!("\"{}\":", part(a.mailbox)),
            Role::GroupEnd => ";".to_owned(),
        };
        one.extend(a.is_malformed.then_some('!'));
        all.push(one);
        assert!(all.len() < 100_000, "addresses go round in a circle");
        node = a.next;
    }
    all.join(",")
}

/// The parts in the order of their numbers, `; ` between two.
fn parts(response: &Response, root: u32) -> Option<String> {
    let values = response.values();
    body::read(values, root)?;
    let (mut out, mut open, mut seen) = (Vec::new(), vec![root], 0);
    while let Some(node) = open.pop() {
        let Some(part) = body::read(values, node) else { continue };
        seen += 1;
        if seen > 60 {
            out.push("...".to_owned());
            break;
        }
        let number = body_walk::number(values, root, node);
        if let Some(number) = &number {
            let found = body_walk::find(values, root, number.as_bytes());
            assert!(found.is_some(), "part {number} has a number and is not found by it");
        }
        out.push(one_part(
            values,
            &part,
            match number.as_deref() {
                // The multipart that is all of the message.
                Some("") => "all",
                Some(number) => number,
                None => "-",
            },
        ));
        open.extend(
            [part.next, part.body, part.child]
                .iter()
                .filter(|n| **n != 0 && node != **n),
        );
        if node == root && part.next != 0 {
            open.retain(|n| *n != part.next);
        }
    }
    Some(out.join("; "))
}

fn one_part(values: Values<'_>, part: &body::Part<'_>, number: &str) -> String {
    let name = |text: Option<&[u8]>| text.map_or("NIL".to_owned(), shown);
    let mut out = format!("{number} {}/{}", name(part.media_type), name(part.subtype));
    for (name, first) in [("params", part.params), ("disposition_params", part.disposition_params)] {
        if first != 0 {
            put(&mut out, name, params(values, first));
        }
    }
    for (name, text) in [
        ("id", part.id),
        ("description", part.description),
        ("encoding", part.encoding),
        ("md5", part.md5),
        ("disposition", part.disposition),
        ("location", part.location),
    ] {
        if text.is_some() {
            put(&mut out, name, quoted(text));
        }
    }
    for (name, number) in [("octets", part.octets), ("lines", part.lines)] {
        if let Some(number) = number {
            put(&mut out, name, number);
        }
    }
    if part.language != 0 {
        let languages: Vec<String> = match values.is_list(part.language) {
            true => values.children(part.language).map(|n| quoted(values.text(n))).collect(),
            false => vec![quoted(values.text(part.language))],
        };
        put(&mut out, "language", languages.join(","));
    }
    if let Some(e) = envelope::read(values, part.envelope) {
        put(&mut out, "subject", quoted(e.subject));
    }
    if part.malformed != 0 {
        let names = ["TYPE", "FIELDS", "SIZE", "PARTS", "EXTENSION"];
        let names = names.iter().enumerate().map(|(i, n)| (1 << i, (*n).to_owned()));
        put(&mut out, "bad", bits(part.malformed, names));
    }
    out
}

fn params(values: Values<'_>, first: u32) -> String {
    let mut all = Vec::new();
    let mut node = first;
    while let Some(p) = param::read(values, node) {
        let bad = if p.is_malformed { "!" } else { "" };
        all.push(format!(
            "{}={}{bad}",
            p.name.map_or("NIL".to_owned(), shown),
            quoted(p.value)
        ));
        assert!(all.len() < 100_000, "parameters go round in a circle");
        node = p.next;
    }
    format!("({})", all.join(" "))
}
