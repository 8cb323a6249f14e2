//! Octets of a server become the same responses however they arrive: whole, octet by octet, in random pieces, and read
//! from memory. All that can be said of each (tree, items, every view) is the same, and no octet is lost.

use super::input::{Input, Pieces};
use super::render;
use imap4::error::imap_rc;
use imap4::proto::limits::Limits;
use imap4::proto::memory;
use imap4::proto::receive::Receiver;
use imap4::proto::response::Response;

pub fn run(octets: &[u8]) {
    let mut input = Input::of(octets);
    let seed = u64::from(input.octet()) + 1;
    let limits = limits(input.octet());
    let octets = input.all();
    let mut pieces = Pieces(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (whole, end) = received(octets, &limits, || usize::MAX);
    let (single, single_end) = received(octets, &limits, || 1);
    let (split, split_end) = received(octets, &limits, || pieces.next());
    assert_eq!((end, end), (single_end, split_end), "the pieces decide how it ends");
    for other in [&single, &split] {
        assert_eq!(whole.len(), other.len(), "the pieces decide how many there are");
        for (a, b) in whole.iter().zip(other) {
            assert_eq!(render::all(a), render::all(b));
        }
    }
    from_memory(octets, &limits, &whole, end);
}

fn limits(choice: u8) -> Limits {
    if choice % 2 == 0 {
        return Limits::default();
    }
    Limits {
        max_line: 100,
        max_response: 250,
        max_literal: 120,
        max_depth: 5,
        max_unasked: 400,
        max_kept: 500,
        ..Limits::default()
    }
}

/// Responses that are not empty lines, and the error that ended it.
fn received(octets: &[u8], limits: &Limits, mut piece: impl FnMut() -> usize) -> (Vec<Response>, Option<imap_rc>) {
    let mut receiver = Receiver::default();
    let (mut all, mut rest) = (Vec::new(), octets);
    loop {
        loop {
            match receiver.next_line(limits) {
                Ok(Some(line)) if line.octets().len() <= 2 => {}
                Ok(Some(line)) => all.push(Response::from_line(line, 0, limits.max_depth)),
                Ok(None) => break,
                Err(error) => return (all, Some(error.code)),
            }
        }
        if rest.is_empty() {
            return (all, None);
        }
        let space = match receiver.space() {
            Ok(space) => space,
            Err(error) => return (all, Some(error.code)),
        };
        assert!(!space.is_empty(), "no space to read into");
        let n = piece().min(space.len()).min(rest.len());
        space[..n].copy_from_slice(&rest[..n]);
        receiver.filled(n);
        rest = &rest[n..];
    }
}

fn from_memory(octets: &[u8], limits: &Limits, whole: &[Response], end: Option<imap_rc>) {
    let mut rest = octets;
    let mut whole = whole.iter();
    loop {
        match memory::read(rest, limits) {
            Ok(Some((response, used))) => {
                let other = whole.next().expect("memory has more than a connection");
                assert_eq!(render::all(&response), render::all(other));
                let raw = render::raw(&response);
                let taken = &rest[..used - 2];
                assert!(taken.ends_with(&raw), "octets were changed");
                let before = &taken[..taken.len() - raw.len()];
                assert!(
                    before.iter().all(|b| matches!(b, 0 | b'\r' | b'\n')),
                    "octets were lost"
                );
                rest = &rest[used..];
            }
            Ok(None) => {
                assert_eq!(end, None);
                break;
            }
            Err(error) => {
                assert_eq!(end, Some(error.code));
                break;
            }
        }
    }
    assert!(whole.next().is_none(), "a connection has more than memory");
}
