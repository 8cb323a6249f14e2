//! The pure functions: what is decoded and encoded again is the same, pieces make no difference, limits hold.

use super::input::{Input, Pieces};
use imap4::codec::numbers::Numbers;
use imap4::codec::ranges::{self, Pairs, Ranges};
use imap4::codec::{base64, date, flags, header_text, numset, param_text, quote, utf7};

pub fn run(octets: &[u8]) {
    let mut input = Input::of(octets);
    match input.octet() % 8 {
        0 => mailbox(input.all()),
        1 => dates(input.all()),
        2 => sets(input.all()),
        3 => numbers(&mut input),
        4 => {
            let text = header_text::decode(input.all());
            assert!(text.len() <= octets.len() * 4 + 16, "a header text grew");
        }
        5 => params(&mut input),
        6 => quoting(input.all()),
        _ => encoded(input.all()),
    }
}

fn mailbox(name: &[u8]) {
    let decoded = utf7::decode(name);
    assert_eq!(utf7::is_valid(name), decoded.is_some());
    if let Some(text) = decoded {
        assert_eq!(utf7::encode(&text).as_bytes(), name);
    }
    if let Ok(text) = std::str::from_utf8(name) {
        let encoded = utf7::encode(text);
        assert!(encoded.bytes().all(|b| matches!(b, b' '..=b'~')));
        assert_eq!(utf7::decode(encoded.as_bytes()).as_deref(), Some(text));
    }
}

fn dates(text: &[u8]) {
    if let Some(d) = date::parse(text) {
        let again = date::format(d.seconds, d.offset_min).expect("what was read can be written");
        assert_eq!(date::parse(again.as_bytes()), Some(d));
    }
    if let Some((seconds, rest)) = text.split_first_chunk::<8>() {
        let offset = rest.first_chunk::<4>().map_or(0, |o| i32::from_le_bytes(*o));
        let seconds = i64::from_le_bytes(*seconds);
        if let Some(text) = date::format(seconds, offset) {
            let d = date::parse(text.as_bytes()).expect("what was written can be read");
            assert_eq!((d.seconds, d.offset_min), (seconds, offset));
        }
    }
}

fn sets(text: &[u8]) {
    let (source, target) = text.split_at(text.iter().position(|b| *b == b' ').unwrap_or(text.len()));
    let target = target.get(1..).unwrap_or_default();
    let mut sum = 0u64;
    for (first, last) in Ranges::of(source) {
        assert!(first <= last);
        sum += u64::from(last - first) + 1;
    }
    if let Some(count) = ranges::count(source) {
        assert_eq!(count, sum);
        let paired: u64 = Pairs::of(source, target).map(|run| run.count).sum();
        assert!(paired <= count);
        if ranges::count(target) == Some(count) {
            assert_eq!(paired, count);
        }
    }
    let mut ranges = Ranges::of(source);
    while ranges.next().is_some() {
        let again = Ranges::from(source, ranges.place());
        assert_eq!(again.collect::<Vec<_>>(), ranges.clone().collect::<Vec<_>>());
        if ranges.place() > 200 {
            break;
        }
    }
    if numset::check(source).is_ok() && !source.contains(&b'$') {
        assert!(ranges::is_set(source), "{}", source.escape_ascii());
    }
}

fn numbers(input: &mut Input<'_>) {
    let mut pieces = Pieces(u64::from(input.octet()) + 1);
    let max = 1 + input.below(20);
    let octets = input.all();
    let (mut whole, mut decoder) = (Vec::new(), Numbers::default());
    let used = decoder.feed(octets, &mut whole, usize::MAX);
    decoder.finish(&mut whole);
    // Cut anywhere, in blocks: the same numbers.
    let (mut split, mut other, mut at) = (Vec::new(), Numbers::default(), 0);
    while at < used {
        let end = (at + pieces.next()).min(used);
        let mut block = Vec::new();
        let n = other.feed(&octets[at..end], &mut block, max);
        assert!(block.len() <= max, "a block of {} for {max}", block.len());
        assert!(n > 0 || !block.is_empty(), "it does not move");
        split.extend(block);
        at += n;
    }
    // What it stopped at says whether the digits before it are a number.
    if let Some(end) = octets.get(used..=used) {
        let mut block = Vec::new();
        assert_eq!(other.feed(end, &mut block, max), 0);
        split.extend(block);
    }
    other.finish(&mut split);
    assert_eq!(whole, split);
    assert_eq!(decoder.malformed, other.malformed);
}

fn params(input: &mut Input<'_>) {
    let mut all = Vec::new();
    while !input.is_empty() && all.len() < 20 {
        let n = input.below(16);
        let name = input.octets(n);
        let n = usize::from(input.octet());
        all.push((name, input.octets(n)));
    }
    for name in [&b"name"[..], b"filename", b""] {
        let _ = param_text::find(all.iter().copied(), name);
    }
}

fn quoting(value: &[u8]) {
    for utf8 in [false, true] {
        if quote::fits_quoted(value, utf8) {
            let mut out = Vec::new();
            quote::quoted(&mut out, value);
            assert_eq!(out.len(), quote::quoted_len(value));
            assert_eq!(quote::unquote(&out).as_deref(), Some(value));
        }
    }
    let _ = quote::unquote(value);
    if quote::is_atom(value) {
        assert!(quote::is_astring_atom(value) && quote::is_list_atom(value));
        assert!(!value.is_empty() && value.iter().all(|b| matches!(b, b'!'..=b'~')));
    }
    for flag in flags::parse(value).unwrap_or_default() {
        assert!(!flag.is_empty());
    }
}

fn encoded(octets: &[u8]) {
    let line = base64::encode(octets).expect("it fits memory");
    let again = base64::decode(line.as_slice()).expect("what was encoded can be decoded");
    assert_eq!(again.as_slice(), octets);
    let _ = base64::decode(octets);
}
