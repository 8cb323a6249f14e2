use super::read;
use crate::error::{IMAP_ERR_LIMIT, IMAP_ERR_PROTOCOL};
use crate::proto::limits::Limits;
use crate::proto::receive::Receiver;

/// The first response as a connection receives it, empty lines skipped.
fn received(octets: &[u8]) -> crate::proto::line::Line {
    let (mut receiver, mut rest) = (Receiver::default(), octets);
    loop {
        if let Some(line) = receiver.next_line(&Limits::default()).unwrap() {
            if line.octets().len() > 2 {
                return line;
            }
            continue;
        }
        let space = receiver.space().unwrap();
        let n = space.len().min(rest.len());
        assert!(n > 0, "no whole response");
        space[..n].copy_from_slice(&rest[..n]);
        receiver.filled(n);
        rest = &rest[n..];
    }
}

fn responses() -> Vec<Vec<u8>> {
    let long = [
        b"* 2 FETCH (A {3}\r\nabc BODY[] {65536}\r\n".to_vec(),
        vec![b'x'; 65_536],
        b" B {4}\r\n)\r\n* C {70000}\r\n".to_vec(),
        vec![b'\n'; 70_000],
        b" D {0}\r\n)\r\n".to_vec(),
    ]
    .concat();
    vec![
        b"* OK hello {3}\r\n".to_vec(),
        b"* 1 FETCH (BODY[] {5}\r\na\r\n{9 UID 4)\r\n".to_vec(),
        b"\0\0\r\n\r\n\0* NO [X {3}\r\nabc] text {9}\r\n".to_vec(),
        b"\r\nodd line\r\n".to_vec(),
        b"T1 OK done\r\n".to_vec(),
        long,
    ]
}

#[test]
fn the_same_as_from_a_connection_and_nothing_behind_it_is_looked_at() {
    for octets in responses() {
        let line = received(&octets);
        for behind in [&b""[..], b"\n", b"* 1 EXISTS\r\n", b"* {9999999999999999999}\r\n"] {
            let (response, used) = read(&[&octets, behind].concat(), &Limits::default()).unwrap().unwrap();
            assert_eq!(used, octets.len());
            assert_eq!(response.line(), &line);
        }
    }
}

#[test]
fn a_part_of_a_response_is_never_an_error() {
    for octets in responses() {
        let step = if octets.len() > 1_000 { 61 } else { 1 };
        for end in (0..octets.len()).step_by(step).chain([octets.len() - 1]) {
            assert!(read(&octets[..end], &Limits::default()).unwrap().is_none(), "{end}");
        }
    }
}

#[test]
fn what_cannot_be_framed_and_what_passes_a_limit_is_an_error() {
    let limits = Limits {
        max_line: 20,
        max_literal: 9,
        max_response: 40,
        ..Limits::default()
    };
    let code = |octets: &[u8]| read(octets, &limits).err().map(|e| e.code);
    assert_eq!(code(b"* LIST {9}\r\n123456789\r\n"), None);
    assert_eq!(code(b"* LIST {10}\r\n"), Some(IMAP_ERR_LIMIT));
    assert_eq!(code(b"* FLAGS (12345678901"), Some(IMAP_ERR_LIMIT));
    assert_eq!(
        code(b"* LIST {0}\r\n 345678901 {0}\r\n 345678901 {0}\r\n"),
        Some(IMAP_ERR_LIMIT)
    );
    assert_eq!(code(b"* OK\n"), Some(IMAP_ERR_PROTOCOL));
    let too_big = read(b"* LIST {9999999999999999999}\r\n", &Limits::default());
    assert_eq!(too_big.err().map(|e| e.code), Some(IMAP_ERR_PROTOCOL));
}
