//! The value of a parameter that is cut in pieces or has a charset (RFC 2231) becomes UTF-8. In: names and values as
//! they stand in a body structure. Out: the text of one parameter. `name*` goes before `name*0`, `name*1`, ... and these
//! before `name`, which is for those who know neither. Encoded words, which mailers put into parameters although RFC
//! 2047, section 5, forbids it, are decoded too. Whatever is broken gives what can be had.

use super::{charset, header_text};

/// One value, or one piece of it.
struct Piece<'a> {
    number: u32,
    is_encoded: bool,
    value: &'a [u8],
}

/// More pieces than any mailer writes.
const MAX_PIECES: u32 = 100_000;

/// The text of a parameter; `None` if it is not there.
pub fn find<'a>(params: impl Iterator<Item = (&'a [u8], &'a [u8])>, name: &[u8]) -> Option<String> {
    let mut plain = None;
    let mut whole = None;
    let mut pieces = Vec::new();
    for (found, value) in params {
        match rest_of(found, name).map(kind) {
            Some(Form::Plain) => plain = plain.or(Some(value)),
            Some(Form::Encoded) => whole = whole.or(Some(value)),
            Some(Form::Piece { number, is_encoded }) => pieces.push(Piece {
                number,
                is_encoded,
                value,
            }),
            _ => {}
        }
    }
    if let Some(value) = whole {
        let only = Piece {
            number: 0,
            is_encoded: true,
            value,
        };
        return Some(joined(&[only]));
    }
    pieces.sort_by_key(|p| p.number);
    pieces.dedup_by_key(|p| p.number);
    // Some begin with 1. What comes behind a gap is lost.
    let first = pieces.first().map_or(0, |p| p.number);
    let in_order = pieces.iter().zip(first..).take_while(|(p, n)| p.number == *n).count();
    match plain {
        Some(value) if first > 1 || pieces.is_empty() => Some(header_text::decode(value)),
        None if pieces.is_empty() => None,
        _ => Some(joined(&pieces[..in_order])),
    }
}

enum Form {
    Plain,
    /// `name*`.
    Encoded,
    /// `name*3`, `name*3*`.
    Piece {
        number: u32,
        is_encoded: bool,
    },
    Other,
}

fn rest_of<'a>(found: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = found.split_at_checked(name.len())?;
    head.eq_ignore_ascii_case(name).then_some(rest)
}

fn kind(rest: &[u8]) -> Form {
    let Some(rest) = rest.strip_prefix(b"*") else {
        return if rest.is_empty() { Form::Plain } else { Form::Other };
    };
    if rest.is_empty() {
        return Form::Encoded;
    }
    let (digits, is_encoded) = match rest.strip_suffix(b"*") {
        Some(digits) => (digits, true),
        None => (rest, false),
    };
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(digits).ok().filter(|_| is_number);
    match number.and_then(|n| n.parse().ok()).filter(|n| *n < MAX_PIECES) {
        Some(number) => Form::Piece { number, is_encoded },
        None => Form::Other,
    }
}

/// The pieces' text. The first encoded one may begin with charset and language: `utf-8'en'`.
fn joined(pieces: &[Piece<'_>]) -> String {
    let mut octets = Vec::new();
    let mut charset: &[u8] = b"";
    let mut is_encoded = false;
    for (i, piece) in pieces.iter().enumerate() {
        if !piece.is_encoded {
            octets.extend_from_slice(piece.value);
            continue;
        }
        is_encoded = true;
        let mut value = piece.value;
        if i == 0 {
            let mut parts = value.splitn(3, |b| *b == b'\'');
            if let (Some(name), Some(_), Some(text)) = (parts.next(), parts.next(), parts.next()) {
                (charset, value) = (name, text);
            }
        }
        push_percent(value, &mut octets);
    }
    if !is_encoded || (charset.is_empty() && octets.windows(2).any(|w| w == b"=?")) {
        return header_text::decode(&octets);
    }
    let mut out = String::with_capacity(octets.len());
    match charset::to_text(charset, &octets) {
        Some(text) => header_text::push_clean(&text, &mut out),
        None => header_text::push_clean(&String::from_utf8_lossy(&octets), &mut out),
    }
    out
}

/// `%` without two digits stands for itself.
fn push_percent(value: &[u8], octets: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match (b, header_text::hex_pair(tail)) {
            (b'%', Some(octet)) => {
                octets.push(octet);
                rest = &tail[2..];
            }
            _ => octets.push(b),
        }
    }
}

#[cfg(test)]
#[path = "param_text_tests.rs"]
mod tests;
