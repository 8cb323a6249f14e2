use super::*;

fn put(receiver: &mut Receiver, octets: &[u8]) {
    let mut rest = octets;
    while !rest.is_empty() {
        let space = receiver.space().unwrap();
        let n = rest.len().min(space.len());
        space[..n].copy_from_slice(&rest[..n]);
        receiver.filled(n);
        rest = &rest[n..];
    }
}

fn line(receiver: &mut Receiver) -> Option<Line> {
    receiver.next_line(&Limits::default()).unwrap()
}

#[test]
fn there_is_always_space() {
    let mut receiver = Receiver::default();
    for i in 0..100_000 {
        assert!(!receiver.space().unwrap().is_empty());
        put(&mut receiver, if i % 10 == 9 { b"\r\n" } else { b"abc" });
        if i % 7 == 0 {
            while line(&mut receiver).is_some() {}
        }
    }
}

#[test]
fn an_idle_buffer_is_small_and_a_busy_one_earns_its_size() {
    let mut receiver = Receiver::default();
    assert!(receiver.space().unwrap().len() <= FIRST);
    let chunk = b"* 1 EXPUNGE\r\n".repeat(40_000);
    for _ in 0..16 {
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            let space = receiver.space().unwrap();
            let n = rest.len().min(space.len());
            space[..n].copy_from_slice(&rest[..n]);
            receiver.filled(n);
            rest = &rest[n..];
            while line(&mut receiver).is_some() {}
        }
    }
    assert_eq!(receiver.buf.len(), FULL);
    receiver.release();
    assert_eq!(receiver.buf.capacity(), 0);
}

#[test]
fn a_buffer_in_use_is_not_released() {
    let mut receiver = Receiver::default();
    put(&mut receiver, &[b'x'; 5000]);
    receiver.release();
    assert_eq!(receiver.pending(), 5000);
}

#[test]
fn a_long_literal_lives_apart_with_a_nul_behind_it() {
    let mut receiver = Receiver::default();
    let mut octets = b"* 1 FETCH (BODY[] {70000}\r\n".to_vec();
    octets.resize(octets.len() + 70_000, b'x');
    octets.extend_from_slice(b" UID 5)\r\n* 2 EXISTS\r\n");
    for piece in octets.chunks(999) {
        put(&mut receiver, piece);
        if piece.len() == 999 {
            assert!(line(&mut receiver).is_none());
        }
    }
    let first = line(&mut receiver).unwrap();
    assert_eq!(first.octets(), b"* 1 FETCH (BODY[] {70000}\r\n UID 5)\r\n");
    assert_eq!(first.literal(0), Some(&[b'x'; 70_000][..]));
    assert_eq!(first.literals()[0].held.apart().and_then(|o| o.last()), Some(&0));
    assert_eq!(line(&mut receiver).map(|l| l.octets().len()), Some(12));
    assert_eq!(receiver.pending(), 0);
}

#[test]
fn raw_reading_loses_nothing_of_a_response_that_has_begun() {
    let mut sent = b"* 1 FETCH (A {70000}\r\n".to_vec();
    sent.resize(sent.len() + 70_000, b'x');
    sent.extend_from_slice(b" B {80000}\r\n");
    sent.resize(sent.len() + 30_000, b'y');
    for upto in [10, 30, 40_000, 70_030, sent.len()] {
        let mut receiver = Receiver::default();
        put(&mut receiver, &sent[..upto]);
        assert!(line(&mut receiver).is_none());
        put(&mut receiver, &sent[upto..]);
        let first = receiver.take_raw_line(&Limits::default()).unwrap();
        assert_eq!(first.as_deref(), Some(&b"* 1 FETCH (A {70000}\r\n"[..]));
        let rest = receiver.take_raw(usize::MAX);
        assert!(rest == sent[22..], "{upto}");
        assert_eq!(receiver.pending(), 0);
    }
}

#[test]
fn raw_lines_have_the_limit_of_lines() {
    let limits = Limits {
        max_line: 10,
        ..Limits::default()
    };
    let mut receiver = Receiver::default();
    put(&mut receiver, b"12345678\r\n123456789\r\n");
    assert_eq!(
        receiver.take_raw_line(&limits).unwrap().as_deref(),
        Some(&b"12345678\r\n"[..])
    );
    assert!(receiver.take_raw_line(&limits).is_err());
}

#[test]
fn what_follows_raw_reading_is_framed_again() {
    let mut receiver = Receiver::default();
    put(&mut receiver, b"half a li");
    assert!(line(&mut receiver).is_none());
    assert_eq!(receiver.take_raw(5), b"half ");
    put(&mut receiver, b"ne\r\n* 1 EXISTS\r\n");
    assert_eq!(
        line(&mut receiver).map(|l| l.octets().to_vec()),
        Some(b"a line\r\n".to_vec())
    );
    assert_eq!(line(&mut receiver).map(|l| l.octets().len()), Some(12));
}
