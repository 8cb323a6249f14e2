//! Typed views as text: mailboxes, words, entries, quota, access, codes.

use super::text::shown;
use super::views::{put, put_word, quoted};
use super::views_numbers;
use imap4::proto::response::name::Data;
use imap4::proto::response::{
    Response, arguments, code, entries, list, mailbox_status, namespace, quota, rights, words,
};
use imap4::proto::tree::ROOT;

pub const NAMES: &[&str] = &[
    "list",
    "counts",
    "esearch",
    "search",
    "vanished",
    "thread",
    "namespace",
    "quota",
    "acl",
    "rights",
    "words",
    "entries",
    "typed_code",
    "mailbox",
];

pub fn named(response: &Response, name: &str) -> Option<String> {
    let found = match name {
        "list" => list(response),
        "counts" => counts(response),
        "esearch" => views_numbers::esearch(response),
        "search" => views_numbers::search(response),
        "vanished" => views_numbers::vanished(response),
        "thread" => views_numbers::thread(response),
        "namespace" => namespace(response),
        "quota" => quota(response),
        "acl" => acl(response),
        "rights" => rights::read(response.values(), response.data()).map(|g| grant(response, &g)),
        "words" => words(response),
        "entries" => entries(response),
        "typed_code" => typed_code(response),
        "mailbox" => mailbox(response),
        _ => return None,
    };
    Some(found.unwrap_or_else(|| "none".to_owned()))
}

pub fn bad(out: &mut String, is: bool) {
    if is {
        put_word(out, "bad");
    }
}

fn delimiter(octet: u8) -> String {
    if octet == 0 { "NIL".to_owned() } else { shown(&[octet]) }
}

/// `"raw"`, and ` utf8="decoded"` where that is another text.
pub fn put_mailbox(out: &mut String, key: &str, response: &Response, node: u32) {
    if let Some(name) = response.mailbox(node) {
        put(out, key, quoted(Some(name.raw)));
        if name.utf8 != name.raw {
            put(out, "utf8", quoted(Some(name.utf8)));
        }
    }
}

/// `name="INBOX" attributes=Noselect|Marked delimiter=/`
fn list(response: &Response) -> Option<String> {
    if !matches!(response.data(), Data::List | Data::Lsub | Data::Xlist) {
        return None;
    }
    let entry = list::read(response.values())?;
    let mut out = String::new();
    put_mailbox(&mut out, "name", response, entry.name);
    let mut names: Vec<&str> = Vec::new();
    for (name, bit) in list::ATTRIBUTES.iter().take(18) {
        if entry.attributes & (1 << bit) != 0 {
            names.push(name.trim_start_matches('\\'));
        }
    }
    names.extend((entry.attributes & (1 << list::OTHER) != 0).then_some("other"));
    put(
        &mut out,
        "attributes",
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join("|")
        },
    );
    put(&mut out, "delimiter", delimiter(entry.delimiter));
    put_mailbox(&mut out, "old_name", response, entry.old_name);
    for (name, node) in [("extended", entry.extended), ("childinfo", entry.child_info)] {
        if node != 0 {
            put_word(&mut out, name);
        }
    }
    bad(&mut out, entry.malformed);
    Some(out)
}

fn counts(response: &Response) -> Option<String> {
    let values = response.values();
    let found = mailbox_status::read(values).filter(|_| response.data() == Data::Status)?;
    let mut out = String::new();
    put_mailbox(&mut out, "name", response, found.name);
    use mailbox_status::Item::*;
    for item in [
        Messages,
        Recent,
        Unseen,
        UidNext,
        UidValidity,
        Size,
        Deleted,
        DeletedStorage,
        HighestModSeq,
        AppendLimit,
    ] {
        if found.has(item) {
            put(&mut out, &format!("{item:?}").to_ascii_lowercase(), found.get(item));
        }
    }
    if found.has(MailboxId) {
        put(&mut out, "mailboxid", quoted(values.word(found.mailbox_id)));
    }
    bad(&mut out, found.malformed);
    Some(out)
}

/// `personal "" /; shared "Public/" /`
fn namespace(response: &Response) -> Option<String> {
    if response.data() != Data::Namespace {
        return None;
    }
    let values = response.values();
    let mut all = Vec::new();
    for (class, name) in [(0, "personal"), (1, "others"), (2, "shared")] {
        let mut cursor = 0;
        while let Some(entry) = namespace::next(values, class, &mut cursor) {
            let mut out = name.to_owned();
            put_mailbox(&mut out, "prefix", response, entry.prefix);
            put(&mut out, "delimiter", delimiter(entry.delimiter));
            put_mailbox(&mut out, "translation", response, entry.translation);
            if entry.extension != 0 {
                put_word(&mut out, "extension");
            }
            bad(&mut out, entry.malformed);
            all.push(out);
            if cursor == 0 {
                break;
            }
        }
    }
    Some(if all.is_empty() {
        "empty".to_owned()
    } else {
        all.join("; ")
    })
}

fn quota(response: &Response) -> Option<String> {
    if response.data() != Data::Quota {
        return None;
    }
    let values = response.values();
    let mut all = vec![format!("root={}", quoted(values.word(quota::root(values))))];
    let mut cursor = 0;
    while let Some(resource) = quota::next(values, &mut cursor) {
        let number = |n: Option<u64>| n.map_or("none".to_owned(), |n| n.to_string());
        let name = values.word(resource.name).map_or("NIL".to_owned(), shown);
        let mut out = format!("{name} {}/{}", number(resource.usage), number(resource.limit));
        bad(&mut out, resource.malformed);
        all.push(out);
        if cursor == 0 {
            break;
        }
    }
    Some(all.join("; "))
}

fn grant(response: &Response, grant: &rights::Grant) -> String {
    let values = response.values();
    let mut out = format!(
        "{} {}",
        quoted(values.word(grant.identifier)),
        quoted(values.word(grant.rights))
    );
    bad(&mut out, grant.malformed);
    out
}

fn acl(response: &Response) -> Option<String> {
    if response.data() != Data::Acl {
        return None;
    }
    let (mut all, mut cursor) = (Vec::new(), 0);
    while let Some(entry) = rights::next(response.values(), &mut cursor) {
        all.push(grant(response, &entry));
        if cursor == 0 {
            break;
        }
    }
    Some(if all.is_empty() {
        "empty".to_owned()
    } else {
        all.join("; ")
    })
}

fn words_of(response: &Response, list: u32) -> String {
    let values = response.values();
    let (mut all, mut cursor) = (Vec::new(), 0);
    while let Some(node) = words::next(values, response.data(), list, &mut cursor) {
        all.push(match values.word(node) {
            None => "NIL".to_owned(),
            Some(b"") => "\"\"".to_owned(),
            Some(word) => shown(word),
        });
        if cursor == 0 || all.len() > 1_000 {
            break;
        }
    }
    if all.is_empty() {
        "empty".to_owned()
    } else {
        all.join(" ")
    }
}

fn words(response: &Response) -> Option<String> {
    let has = matches!(
        response.data(),
        Data::Capability | Data::Enabled | Data::Flags | Data::QuotaRoot | Data::ListRights
    );
    has.then(|| words_of(response, ROOT))
}

/// `"name"="value"`, a list as `list`.
fn entries(response: &Response) -> Option<String> {
    if !matches!(response.data(), Data::Id | Data::Metadata | Data::Annotation) {
        return None;
    }
    let values = response.values();
    let (mut all, mut cursor) = (Vec::new(), 0);
    while let Some(entry) = entries::next(values, response.data(), &mut cursor) {
        let value = match values.is_list(entry.value) {
            true => pairs(response, entry.value),
            false => quoted(values.text(entry.value)),
        };
        let mut out = format!("{}={value}", quoted(values.word(entry.name)));
        bad(&mut out, entry.malformed);
        all.push(out);
        if cursor == 0 || all.len() > 1_000 {
            break;
        }
    }
    Some(if all.is_empty() {
        "empty".to_owned()
    } else {
        all.join("; ")
    })
}

fn pairs(response: &Response, list: u32) -> String {
    let values = response.values();
    let (mut all, mut cursor) = (Vec::new(), 0);
    while let Some(entry) = entries::next_in(values, list, &mut cursor) {
        let value = match values.is_list(entry.value) {
            true => "list".to_owned(),
            false => quoted(values.text(entry.value)),
        };
        all.push(format!("{}={value}", quoted(values.word(entry.name))));
        if cursor == 0 || all.len() > 1_000 {
            break;
        }
    }
    format!("({})", all.join(" "))
}

/// `APPENDUID number=7 set=5`
fn typed_code(response: &Response) -> Option<String> {
    let values = response.values();
    let Some(found) = code::read(values).filter(|_| response.status().is_some()) else {
        let (validity, _) = response.bare_copyuid()?;
        return Some(format!(
            "COPYUID without a status number={validity}{}",
            copied(response)
        ));
    };
    let mut out = format!("{:?}", found.kind).trim_start_matches("IMAP_CODE_").to_owned();
    for (name, number) in [("number", found.number), ("second", u64::from(found.second))] {
        if number != 0 {
            put(&mut out, name, number);
        }
    }
    let text = if found.is_free {
        response.texts().argument()
    } else {
        values.word(found.text)
    };
    if text.is_some() {
        put(&mut out, "text", quoted(text));
    }
    if found.words != 0 {
        put(&mut out, "words", format!("({})", words_of(response, found.words)));
    }
    for (name, node) in [("source", found.source), ("set", found.set)] {
        if node != 0 {
            put(&mut out, name, views_numbers::set(response, node));
        }
    }
    out.push_str(&copied(response));
    bad(&mut out, found.malformed);
    Some(out)
}

fn copied(response: &Response) -> String {
    let pairs = response.copied().iter().take(1_000);
    let all: Vec<String> = pairs.map(|p| format!("{}>{}x{}", p.source, p.copy, p.count)).collect();
    if all.is_empty() {
        String::new()
    } else {
        format!(" copied={}", all.join(","))
    }
}

/// The mailbox that the response is about.
fn mailbox(response: &Response) -> Option<String> {
    let is_about = matches!(
        response.data(),
        Data::QuotaRoot | Data::Acl | Data::ListRights | Data::MyRights | Data::Metadata | Data::Annotation
    );
    let mut out = String::new();
    put_mailbox(
        &mut out,
        "name",
        response,
        is_about.then(|| arguments::first(response.values()))?,
    );
    (!out.is_empty()).then_some(out)
}
