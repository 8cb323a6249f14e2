//! Responses as text: a compact tree for expectations, and everything there is to say about one for comparing two
//! replays.

use super::text::shown;
use super::views;
use imap4::proto::response::Response;
use imap4::proto::response::head::Status;
use imap4::proto::tree::{Kind, ROOT};
use std::fmt::Write;

/// The values of a response: atoms and numbers as they are, `"strings"`, `{5:literal}`, `{70000:apart}` for long ones,
/// `(lists)`, `[CODE argument]`, `'text'`, `junk'octets'`. Not recursive: depth is the server's choice.
pub fn tree(response: &Response) -> String {
    let (tree, line) = (response.tree(), response.line());
    let mut out = String::new();
    let mut open: Vec<(u32, char)> = Vec::new();
    let mut node = tree.first(ROOT);
    let mut is_first = true;
    loop {
        if node == 0 {
            let Some((list, close)) = open.pop() else { return out };
            out.push(close);
            node = tree.next(list);
            is_first = false;
            continue;
        }
        if !is_first {
            out.push(' ');
        }
        is_first = false;
        let text = tree.text(line, node).unwrap_or_default();
        match tree.kind(node) {
            Kind::List | Kind::Code => {
                let is_list = tree.kind(node) == Kind::List;
                out.push(if is_list { '(' } else { '[' });
                open.push((node, if is_list { ')' } else { ']' }));
                node = tree.first(node);
                is_first = true;
                continue;
            }
            Kind::Atom | Kind::Number => out.push_str(&shown(text)),
            Kind::String => {
                let _ = write!(out, "\"{}\"", shown(text));
            }
            Kind::Literal
                if line
                    .literals()
                    .iter()
                    .any(|l| l.held.apart().is_some() && l.len == text.len()) =>
            {
                let _ = write!(out, "{{{}:apart}}", text.len());
            }
            Kind::Literal => {
                let _ = write!(out, "{{{}:{}}}", text.len(), shown(text));
            }
            Kind::Nil => out.push_str("NIL"),
            Kind::Text => {
                let _ = write!(out, "'{}'", shown(text));
            }
            Kind::Junk => {
                let _ = write!(out, "junk'{}'", shown(text));
            }
            Kind::None => out.push_str("NONE"),
        }
        node = tree.next(node);
    }
}

/// `1 FETCH`, `SEARCH`, `OK [UIDNEXT]`; an odd line as it came.
pub fn title(response: &Response) -> String {
    let name = response.name().as_str();
    if name.is_empty() {
        let octets = response.raw();
        return shown(octets.strip_suffix(b"\r\n").unwrap_or(octets));
    }
    match (response.number(), response.code()) {
        (Some(number), _) => format!("{number} {name}"),
        (None, Some((code, _))) => format!("{name} [{}]", shown(code)),
        (None, None) => name.to_owned(),
    }
}

pub fn status(status: Option<Status>) -> &'static str {
    status.map_or("none", Status::word)
}

/// The line as it came, long literals in their places, without the last CRLF.
pub fn raw(response: &Response) -> Vec<u8> {
    let line = response.line();
    let mut out = Vec::with_capacity(line.weight());
    let mut from = 0;
    let octets = response.raw();
    for literal in line.literals() {
        out.extend_from_slice(&octets[from..literal.at]);
        from = literal.at;
        if let Some(octets) = literal.held.apart() {
            out.extend_from_slice(&octets[..literal.len]);
        }
    }
    out.extend_from_slice(&octets[from..]);
    out.truncate(out.len().saturating_sub(2));
    out
}

/// The items of imaplib's view: ` | ` before each text, ` | => ` before each literal.
pub fn items(response: &Response, name: Option<&[u8]>) -> String {
    let count = response.item_count(name);
    if count == 0 {
        return "none".to_owned();
    }
    let or_empty = |octets: &[u8]| {
        if octets.is_empty() {
            "(empty)".to_owned()
        } else {
            shown(octets)
        }
    };
    let mut out = Vec::new();
    for i in 0..count {
        match response.item(name, i) {
            Some((text, literal)) => {
                out.push(or_empty(text));
                out.extend(literal.map(|l| format!("=> {}", or_empty(l))));
            }
            None => out.push("MISSING".to_owned()),
        }
    }
    assert!(response.item(name, count).is_none(), "an item beyond the last");
    out.join(" | ")
}

/// All of a response, for comparisons; also walks every accessor.
pub fn all(response: &Response) -> String {
    let mut out = String::new();
    let texts = response.texts();
    let _ = write!(
        out,
        "raw {}; name {}; number {:?}; status {}; tree {}; malformed {}; items {}; text {}; message {}; code {:?} {:?}",
        shown(&raw(response)),
        response.name().as_str(),
        response.number(),
        status(response.status()),
        tree(response),
        response.tree().is_malformed(),
        items(response, None),
        shown(texts.text()),
        shown(texts.message()),
        texts.code().map(shown),
        texts.argument().map(shown),
    );
    let tree = response.tree();
    let mut nodes = 1;
    while tree.kind(nodes) != Kind::None {
        let _ = write!(
            out,
            "; {nodes} {:?} {:?} {:?}",
            tree.number(nodes),
            tree.raw(response.line(), response.raw(), nodes).map(shown),
            tree.find(response.line(), nodes, b"UID")
        );
        nodes += 1;
        if nodes > 200 {
            break;
        }
    }
    out.push_str(&views::all(response));
    for row in response.rows() {
        let _ = write!(
            out,
            "\n    row: {}; by name {}",
            all(&row),
            items(response, Some(row.name().as_str().as_bytes()))
        );
    }
    out
}
