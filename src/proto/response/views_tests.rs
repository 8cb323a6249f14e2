//! All views of untagged data on lines that are cut, damaged or long.

use super::fixture::response;
use super::*;
use crate::proto::tree::ROOT;

const LINES: &[&str] = &[
    "* LIST (\\HasNoChildren \\Sent) \"/\" \"a&AOk- b\" (\"CHILDINFO\" (\"SUBSCRIBED\") \"OLDNAME\" (\"x&AOk-\"))",
    "* LSUB (\\X) \".\" My &APw- Folder(x)",
    "* STATUS \"blurdy &AOk-\" (MESSAGES 231 UIDNEXT 44292 MAILBOXID (F1) APPENDLIMIT NIL)",
    "* NAMESPACE ((\"\" \"/\")) NIL ((\"#s&AOk-/\" \"/\" \"TRANSLATION\" (\"t\"))(\"#p.\" \".\"))",
    "* QUOTA \"\" (STORAGE 10 512 MESSAGE 5 NIL)",
    "* QUOTAROOT INBOX \"\" b",
    "* ACL INBOX Fred rwipslda \"-x\" lr",
    "* LISTRIGHTS INBOX smith la r s w",
    "* MYRIGHTS INBOX rwi",
    "* ID (\"name\" \"x\" \"version\" NIL)",
    "* METADATA \"INBOX\" (/shared/comment {3}\r\na b /private/comment NIL)",
    "* ANNOTATION \"INBOX\" \"/comment\" (\"value.priv\" \"My\") \"/sort\" (\"v\" (a b))",
    "* CAPABILITY IMAP4rev1 IDLE",
    "* ENABLED CONDSTORE",
    "* FLAGS (\\Seen [x] \\*)",
    "* SEARCH 2 84 882 (MODSEQ 917162500)",
    "* SORT 5 3 4 1 2",
    "* ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3 ALL 2,10:11 PARTIAL (-1:-100 7) ADDTO (0 3)",
    "* THREAD (2)(3 6 (4 23)(44 7 96))((1)(2))",
    "* VANISHED (EARLIER) 41,43:116",
    "* OK [COPYUID 1 20:19,500:495 92:97,101:100] x",
    "A1 OK [PERMANENTFLAGS (\\Seen \\*)] x",
    "* NO [METADATA MAXSIZE 5] x",
];

/// Runs every view over a response, whatever it is; each walk ends after as many steps as there can be values.
fn look(response: &Response) {
    let values = response.values();
    let most = 2 * response.raw().len() + 8;
    let walk = |step: &mut dyn FnMut(&mut u32) -> bool| {
        let (mut cursor, mut steps) = (0, 0);
        while step(&mut cursor) {
            steps += 1;
            assert!(steps <= most, "a walk does not end");
        }
        assert!(!step(&mut cursor), "a walk begins again");
    };
    let data = response.data();
    if let Some(entry) = list::read(values) {
        let _ = (response.mailbox(entry.name), response.mailbox(entry.old_name));
    }
    if let Some(counts) = mailbox_status::read(values) {
        let _ = response.mailbox(counts.name);
    }
    for class in 0..4 {
        walk(&mut |cursor| namespace::next(values, class, cursor).is_some());
    }
    let _ = (quota::root(values), rights::read(values, data));
    walk(&mut |cursor| quota::next(values, cursor).is_some());
    walk(&mut |cursor| rights::next(values, cursor).is_some());
    for data in [data, name::Data::Id, name::Data::Metadata, name::Data::ListRights] {
        walk(&mut |cursor| entries::next(values, data, cursor).is_some());
        walk(&mut |cursor| words::next(values, data, ROOT, cursor).is_some());
    }
    for list in 0..most as u32 {
        walk(&mut |cursor| entries::next_in(values, list, cursor).is_some());
        walk(&mut |cursor| words::next(values, data, list, cursor).is_some());
        let _ = thread::read(values, list);
    }
    let (_, _, _) = (esearch::read(values), vanished::read(values), response.numbers());
    if let Some(code) = code::read(values) {
        let _ = response.copy_of(20);
        assert!(code.copied(values).is_none_or(|runs| runs.count() <= most));
    }
}

#[test]
fn cut_lines_are_read_without_harm() {
    for line in LINES {
        for cut in 0..=line.len() {
            let octets = &line.as_bytes()[..cut];
            // A literal that is cut is the frame's business.
            if octets.contains(&b'{') && cut < line.len() {
                continue;
            }
            look(&response(octets));
        }
    }
}

#[test]
fn damaged_lines_are_read_without_harm() {
    for line in LINES.iter().filter(|l| !l.contains('{')) {
        for at in 2..line.len() {
            for octet in *b"() \"[]9*:,\\&\0\xffN" {
                let mut octets = line.as_bytes().to_vec();
                octets[at] = octet;
                look(&response(octets));
            }
        }
    }
}

/// A thread node's child and sibling come after it in the line, and no node is two others' child or sibling: each walk ends.
#[test]
fn threads_of_any_shape_end() {
    for line in ["* THREAD (1 (2) 3 (4)) 5 ((6)) () x", "* THREAD (((((1)(2))(3))4)5)"] {
        let response = response(line);
        let (mut pending, mut seen) = (vec![ROOT], 0);
        while let Some(node) = pending.pop() {
            let Some(found) = thread::read(response.values(), node) else {
                continue;
            };
            seen += 1;
            assert!(seen < 50);
            assert!([found.child, found.sibling].iter().all(|n| *n == 0 || *n > found.node));
            pending.extend([found.child, found.sibling].iter().filter(|n| **n != 0));
        }
    }
}
