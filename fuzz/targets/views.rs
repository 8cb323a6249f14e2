//! The values of one response of a kind that the first octet chooses: every view of it, read in memory of its own and in
//! the receive buffer, says the same, ends, and does not panic.

use super::input::Input;
use super::render;
use imap4::proto::limits::Limits;
use imap4::proto::memory;
use imap4::proto::receive::{Found, Receiver};
use imap4::proto::response::Response;
use imap4::proto::response::fetch::Fetch;
use imap4::proto::response::head;
use imap4::proto::response::name::Name;

const BEGINNINGS: &[(&str, &str)] = &[
    ("* 1 FETCH (", ")"),
    ("* 1 FETCH (ENVELOPE (", "))"),
    ("* 1 FETCH (ENVELOPE (NIL NIL (", ") NIL NIL NIL NIL NIL NIL NIL))"),
    ("* 1 FETCH (BODYSTRUCTURE (", "))"),
    (
        "* 1 FETCH (BODYSTRUCTURE ((",
        ")(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1) \"MIXED\"))",
    ),
    ("* 1 FETCH (BODY[", "] NIL)"),
    ("* LIST ", ""),
    ("* STATUS ", ""),
    ("* SEARCH ", ""),
    ("* ESEARCH ", ""),
    ("* VANISHED ", ""),
    ("* THREAD ", ""),
    ("* NAMESPACE ", ""),
    ("* QUOTA ", ""),
    ("* QUOTAROOT ", ""),
    ("* ACL ", ""),
    ("* LISTRIGHTS ", ""),
    ("* METADATA ", ""),
    ("* ANNOTATION ", ""),
    ("* ID ", ""),
    ("* CAPABILITY ", ""),
    ("* OK [", "] text"),
    ("* OK [COPYUID ", "] text"),
    ("* [COPYUID ", "]"),
    ("* 1 UIDFETCH (FLAGS (", "))"),
    ("+ ", ""),
    ("", ""),
];

/// The items of a FETCH that need no tree are those of the tree.
fn read_without_a_tree(response: &Response) {
    let (mut fetch, mut sections) = (Fetch::default(), Vec::new());
    let is_plain = response.plain_items(&mut fetch, |s| sections.push(s)).is_some();
    if is_plain {
        fetch.sections = sections.iter().map(|s| (s.name_node, s.value_node)).collect();
        assert_eq!(&fetch, response.tree().fetch());
        for s in &sections {
            assert_eq!(response.values().text(s.name_node), Some(s.name));
            assert_eq!(response.values().text(s.value_node), s.octets);
        }
    }
}

pub fn run(octets: &[u8]) {
    let mut input = Input::of(octets);
    let (begin, end) = BEGINNINGS[input.below(BEGINNINGS.len())];
    let octets = [begin.as_bytes(), input.all(), end.as_bytes(), b"\r\n"].concat();
    let limits = Limits::default();
    let Ok(Some((response, used))) = memory::read(&octets, &limits) else {
        return;
    };
    read_without_a_tree(&response);
    let all = render::all(&response);
    assert_eq!(
        all,
        render::all(&response.to_owned_line()),
        "a copy says something else"
    );
    for is_utf8 in [true, false] {
        let other = response.to_owned_line().in_utf8(is_utf8);
        let shown = render::all(&other);
        assert!(is_utf8 || shown == all);
    }
    borrowed(&octets[..used], &limits, &all);
}

/// The same response, twice in a row in a receive buffer: what is left of the first may not show in the second.
fn borrowed(octets: &[u8], limits: &Limits, all: &str) {
    let mut receiver = Receiver::default();
    let mut row = Response::empty();
    for before in [b"* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {1}\r\nx)\r\n", octets, octets] {
        let mut rest = before;
        while !rest.is_empty() {
            let Ok(space) = receiver.space() else { return };
            let n = space.len().min(rest.len());
            space[..n].copy_from_slice(&rest[..n]);
            receiver.filled(n);
            rest = &rest[n..];
        }
        loop {
            match receiver.look(limits) {
                Ok(Found::Literal(_)) => receiver.keep_literal(limits).expect("memory had room for it"),
                Ok(Found::Frame) if receiver.frame().len() <= 2 => receiver.skip(),
                Ok(Found::Frame) => break,
                other => panic!("no frame, but {:?}", other.map_err(|e| e.message)),
            }
        }
        let head = head::read(receiver.frame());
        let name = Name::of(&head, receiver.frame());
        row.borrow_from(&mut receiver, head, name, 0, limits.max_depth);
        row.set_utf8(false);
        let shown = render::all(&row);
        row.give_back(&mut receiver);
        if before == octets {
            assert_eq!(all, shown, "in the receive buffer it says something else");
        }
    }
}
