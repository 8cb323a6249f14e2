use super::*;
use crate::proto::limits::Limits;
use crate::proto::line::Literal;
use crate::proto::receive::Receiver;
use crate::proto::response::head;

fn received(octets: &[u8]) -> Line {
    let mut receiver = Receiver::default();
    let mut rest = octets;
    loop {
        if let Some(line) = receiver.next_line(&Limits::default()).unwrap() {
            return line;
        }
        assert!(!rest.is_empty(), "not a whole response");
        let space = receiver.space().unwrap();
        let n = rest.len().min(space.len());
        space[..n].copy_from_slice(&rest[..n]);
        receiver.filled(n);
        rest = &rest[n..];
    }
}

fn tree(line: &Line) -> Tree {
    Tree::read(line, &head::read(line.octets()), Data::Fetch, 100)
}

/// C reads texts up to their NUL: each has one, and no text was cut by the NUL of its neighbour.
#[test]
fn every_text_is_whole_and_has_a_nul_behind_it() {
    let texts: [&[u8]; 15] = [
        b"* XFOO a (b c)(d) \"e\"\"f\" g(h)\r\n",
        b"* XFOO (a)b(\"c\")d)e))f\r\n",
        b"* XFOO {1}\r\naBC {2}\r\nde{1}\r\nf(g {1}\r\nh)\r\n",
        b"* XFOO \"a\\\"b\" \"c\"d\" \"open\r\n",
        b"* 1 FETCH (BODY[1]{3}\r\nabcUID 5 FLAGS (\\Seen))\r\n",
        b"* OK [X a (b) \"c\"] text\r\n",
        b"* OK [X]text\r\n",
        b"* OK [X(a)b] text\r\n",
        b"a1 NO\r\n",
        b"+ go on\r\n",
        b"Server Unavailable. 15\r\n",
        b"* XFOO {a} {5 ~{} \rx\r\n",
        b"* SEARCH 1 2 3\r\n",
        b"* SEARCH 12345678901 NIL\r\n",
        b"* 1 FETCH (UID 5 {1}\r\na6{1}\r\nb\r\n",
    ];
    for octets in texts {
        let line = received(octets);
        let tree = tree(&line);
        for (i, node) in tree.nodes.iter().enumerate().skip(1) {
            if matches!(node.kind, Kind::List | Kind::Code | Kind::Nil) {
                continue;
            }
            let at = if node.aux & ASIDE != 0 { node.val } else { node.off } as usize;
            let behind = match node.kind {
                Kind::Literal => {
                    let literal = &line.literals()[node.val as usize];
                    line.octets()[literal.at + literal.len]
                }
                _ => tree.text[at + node.len as usize],
            };
            assert_eq!(behind, 0, "{} node {i}", octets.escape_ascii());
            let text = tree.text(&line, i as u32).unwrap();
            assert!(
                !text.contains(&0),
                "{} node {i}: {}",
                octets.escape_ascii(),
                text.escape_ascii()
            );
        }
    }
}

#[test]
fn raw_is_the_value_as_sent() {
    let line = received(b"* XFOO a \"b\\\"c\" {3}\r\ndef (g \"h\"  {1}\r\ni) NIL 7 ~{1}\r\nj\r\n");
    let tree = tree(&line);
    let raws: Vec<Vec<u8>> = tree
        .children(ROOT)
        .skip(1)
        .map(|n| tree.raw(&line, &line.raw(), n).unwrap().to_vec())
        .collect();
    let expected: [&[u8]; 7] = [
        b"a",
        b"\"b\\\"c\"",
        b"{3}\r\ndef",
        b"(g \"h\"  {1}\r\ni)",
        b"NIL",
        b"7",
        b"~{1}\r\nj",
    ];
    assert_eq!(raws, expected);
}

#[test]
fn raw_of_what_has_a_long_literal_in_it_is_none() {
    let mut octets = b"* XFOO (a {70000}\r\n".to_vec();
    octets.resize(octets.len() + 70_000, b'x');
    octets.extend_from_slice(b") (b)\r\n");
    let line = received(&octets);
    let tree = tree(&line);
    let raw = line.raw();
    let raws: Vec<Option<&[u8]>> = tree.children(ROOT).skip(1).map(|n| tree.raw(&line, &raw, n)).collect();
    assert_eq!(raws, [None, Some(&b"(b)"[..])]);
}

#[test]
fn numbers_up_to_64_bits() {
    let line = received(b"* XFOO 4294967295 4294967296 18446744073709551615 18446744073709551616 x\r\n");
    let tree = tree(&line);
    let numbers: Vec<Option<u64>> = tree.children(ROOT).skip(1).map(|n| tree.number(n)).collect();
    assert_eq!(
        numbers,
        [Some(4_294_967_295), Some(4_294_967_296), Some(u64::MAX), None, None]
    );
}

#[test]
fn names_are_found_with_their_values() {
    let line = received(b"* 1 FETCH (uid 5 FLAGS (UID 6) \"X\" {1}\r\ny last)\r\n");
    let tree = tree(&line);
    let list = tree.children(ROOT).last().unwrap();
    assert_eq!(tree.number(tree.find(&line, list, b"UID")), Some(5));
    assert_eq!(tree.kind(tree.find(&line, list, b"flags")), Kind::List);
    assert_eq!(tree.text(&line, tree.find(&line, list, b"x")), Some(&b"y"[..]));
    assert_eq!(tree.find(&line, list, b"last"), 0);
    assert_eq!(tree.find(&line, list, b"5"), 0);
}

/// Lines that nobody framed (or framed wrongly) are read without harm too.
#[test]
fn literals_that_are_not_where_they_should_be() {
    for at in 0..12 {
        for len in [0, 1, 3, 20] {
            let literal = Literal {
                at,
                len,
                before: 0,
                held: Held::Here { after: 0 },
            };
            let line = Line::new(b"* X {1}\r\na b\r\n".to_vec(), vec![literal; 2]);
            let tree = tree(&line);
            for i in 0..tree.nodes.len() as u32 {
                let _ = (
                    tree.text(&line, i),
                    tree.raw(&line, &line.raw(), i),
                    tree.next(i),
                    tree.first(i),
                );
            }
        }
    }
}

#[test]
fn a_tree_that_is_used_again_shows_nothing_of_the_line_before() {
    let mut again = Tree::default();
    for octets in [
        &b"* 1 FETCH (FLAGS (a b c d e f) UID 5 BODY[1] {3}\r\nabc)\r\n"[..],
        b"* 2 FETCH (FLAGS ())\r\n",
        b"* 3 FETCH (FLAGS (a b c) UID 5 \"a\\\"b\")\r\n",
        b"*\r\n",
    ] {
        let line = received(octets);
        let fresh = tree(&line);
        again.read_again(&line, &head::read(line.octets()), Data::Fetch, 100);
        assert_eq!(again.nodes[..again.count], fresh.nodes[..], "{line:?}");
        assert_eq!(again.first(ROOT), fresh.first(ROOT));
        for node in 0..40 {
            assert_eq!(again.kind(node), fresh.kind(node));
            assert_eq!(again.text(&line, node), fresh.text(&line, node));
            assert_eq!(again.next(node), fresh.next(node));
            assert_eq!(again.first(node), fresh.first(node));
            assert_eq!(again.number(node), fresh.number(node));
            assert_eq!(
                again.raw(&line, line.octets(), node),
                fresh.raw(&line, line.octets(), node)
            );
        }
    }
}
