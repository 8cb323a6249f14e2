//! Typed views as text: numbers of messages (SEARCH, SORT, ESEARCH, VANISHED, THREAD).

use super::views::{put, put_word, quoted};
use super::views_data::{bad, put_mailbox};
use imap4::codec::ranges::Ranges;
use imap4::proto::response::name::Data;
use imap4::proto::response::{Response, esearch, thread, vanished};
use imap4::proto::tree::ROOT;

/// `1:3,7`, at most a thousand ranges.
pub fn set(response: &Response, node: u32) -> String {
    let mut ranges = Ranges::of(response.values().text(node).unwrap_or_default());
    let number = |n: u32| if n == u32::MAX { "*".to_owned() } else { n.to_string() };
    let one = |(first, last)| match first == last {
        true => number(first),
        false => format!("{}:{}", number(first), number(last)),
    };
    let all: Vec<String> = ranges.by_ref().take(1_000).map(one).collect();
    if all.is_empty() {
        "empty".to_owned()
    } else {
        all.join(",")
    }
}

pub fn esearch(response: &Response) -> Option<String> {
    if response.data() != Data::Esearch {
        return None;
    }
    let values = response.values();
    let e = esearch::read(values);
    let mut out = String::new();
    put(&mut out, "tag", quoted(values.word(e.tag)));
    if e.is_uid {
        put_word(&mut out, "uid");
    }
    for (bit, name, number) in [(1, "min", e.min), (2, "max", e.max), (4, "count", e.count)] {
        if e.has & bit != 0 {
            put(&mut out, name, number);
        }
    }
    if e.has & 0x10 != 0 {
        put(&mut out, "modseq", e.modseq);
    }
    if e.all != 0 {
        put(&mut out, "all", set(response, e.all));
    }
    if e.has & 0x20 != 0 {
        put(&mut out, "range", quoted(values.word(e.partial_range)));
        put(&mut out, "partial", set(response, e.partial));
    }
    for (name, node) in [("addto", e.add_to), ("removefrom", e.remove_from)] {
        if node != 0 {
            let all: Vec<String> = values.children(node).map(|n| set(response, n)).collect();
            put(&mut out, name, format!("({})", all.join(" ")));
        }
    }
    put_mailbox(&mut out, "mailbox", response, e.mailbox);
    if e.uid_validity != 0 {
        put(&mut out, "uidvalidity", e.uid_validity);
    }
    bad(&mut out, e.malformed);
    Some(out)
}

/// `1 2 3 modseq=5`; `empty` without numbers.
pub fn search(response: &Response) -> Option<String> {
    let answer = response.numbers()?;
    let all: Vec<String> = answer.numbers.iter().take(1_000).map(u32::to_string).collect();
    let mut out = if all.is_empty() {
        "empty".to_owned()
    } else {
        all.join(" ")
    };
    if let Some(modseq) = answer.modseq {
        put(&mut out, "modseq", modseq);
    }
    bad(&mut out, answer.malformed);
    Some(out)
}

pub fn vanished(response: &Response) -> Option<String> {
    let found = (response.data() == Data::Vanished).then(|| vanished::read(response.values()))?;
    let mut out = String::new();
    put(&mut out, "uids", set(response, found.set));
    if found.is_earlier {
        put_word(&mut out, "earlier");
    }
    bad(&mut out, found.malformed);
    Some(out)
}

/// Each message, its answers in parentheses: `2 3(6(4(23) 44(7)))`.
pub fn thread(response: &Response) -> Option<String> {
    if response.data() != Data::Thread {
        return None;
    }
    let values = response.values();
    let mut out = String::new();
    let mut open: Vec<u32> = Vec::new();
    let mut message = thread::read(values, ROOT);
    let mut seen = 0;
    loop {
        let Some(m) = message else {
            let Some(sibling) = open.pop() else {
                return Some(if out.is_empty() { "empty".to_owned() } else { out });
            };
            out.push(')');
            message = next_thread(values, sibling, &mut out);
            continue;
        };
        seen += 1;
        if seen > 2_000 {
            out.push_str("...");
            return Some(out);
        }
        out.push_str(&m.number.to_string());
        if m.malformed {
            out.push('!');
        }
        if m.child != 0 {
            out.push('(');
            open.push(m.sibling);
            message = thread::read(values, m.child);
        } else {
            message = next_thread(values, m.sibling, &mut out);
        }
    }
}

fn next_thread(values: imap4::proto::tree::Values<'_>, node: u32, out: &mut String) -> Option<thread::Message> {
    let message = (node != 0).then(|| thread::read(values, node)).flatten()?;
    out.push(' ');
    Some(message)
}
