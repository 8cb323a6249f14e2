//! Header texts with encoded words (RFC 2047) become UTF-8. In: the octets of a subject, a name, a parameter. Out: text,
//! whatever they hold: what cannot be decoded stays as it was sent, octets that are no UTF-8 become U+FFFD. Words are
//! taken where mailers put them: next to each other, inside of quotes, with blanks in them, with a character or a group
//! of base64 split between two. Linear in the length of the text. How a header field is parsed is not decided here.

use super::charset;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Base64 without padding; left-over bits are let go.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Longer charset names are none; a word's head is looked at no further than this.
const MAX_HEAD: usize = 100;

/// The text of a header field's body.
pub fn decode(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = Run::default();
    let mut plain = 0;
    let mut at = 0;
    // The last "?=" of the text: no word ends behind it.
    let last_end = text.windows(2).rposition(|w| w == b"?=").unwrap_or(0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.windows(2).position(|w| w == b"=?")) {
        let start = at + found;
        let Some(word) = Word::at(text, start, last_end) else {
            at = start + 2;
            continue;
        };
        let between = &text[plain..start];
        // Blanks between two words are there for the folding only.
        let is_joined = run.is_open && between.iter().all(|b| b" \t\r\n".contains(b));
        if !is_joined {
            run.close(text, &mut out);
            push_plain(between, &mut out);
        } else if !run.continues(&word) {
            run.close(text, &mut out);
        }
        run.add(text, &word);
        plain = word.end;
        at = word.end;
    }
    run.close(text, &mut out);
    push_plain(&text[plain..], &mut out);
    out
}

/// One encoded word: `=?charset*language?B?octets?=`.
struct Word<'a> {
    start: usize,
    end: usize,
    charset: &'a [u8],
    is_base64: bool,
    data: &'a [u8],
}

impl<'a> Word<'a> {
    fn at(text: &'a [u8], start: usize, last_end: usize) -> Option<Word<'a>> {
        let head = text.get(start + 2..)?;
        let head = &head[..head.len().min(MAX_HEAD)];
        let len = head.iter().position(|b| *b == b'?' || b.is_ascii_whitespace())?;
        let charset = head[..len].split(|b| *b == b'*').next().filter(|c| !c.is_empty())?;
        let is_base64 = match head.get(len..len + 3)? {
            [b'?', b'B' | b'b', b'?'] => true,
            [b'?', b'Q' | b'q', b'?'] => false,
            _ => return None,
        };
        let from = start + 2 + len + 3;
        if from > last_end {
            return None;
        }
        let len = text.get(from..)?.windows(2).position(|w| w == b"?=")?;
        Some(Word {
            start,
            end: from + len + 2,
            charset,
            is_base64,
            data: &text[from..from + len],
        })
    }
}

/// Words of one charset that stand next to each other: their octets are decoded together.
#[derive(Default)]
struct Run<'a> {
    is_open: bool,
    start: usize,
    end: usize,
    charset: &'a [u8],
    octets: Vec<u8>,
    /// Base64 that is not decoded yet.
    base64: Vec<u8>,
}

impl<'a> Run<'a> {
    /// Not with ISO 2022, where each word begins and ends in ASCII: its escapes must not meet.
    fn continues(&self, word: &Word<'_>) -> bool {
        let has_escapes = word.charset.to_ascii_lowercase().starts_with(b"iso-2022");
        self.charset.eq_ignore_ascii_case(word.charset) && !has_escapes
    }

    fn add(&mut self, text: &'a [u8], word: &Word<'a>) {
        if !self.is_open {
            *self = Run {
                is_open: true,
                start: word.start,
                charset: word.charset,
                octets: std::mem::take(&mut self.octets),
                base64: std::mem::take(&mut self.base64),
                ..Run::default()
            };
        }
        self.end = word.end.min(text.len());
        if word.is_base64 {
            for &b in word.data {
                match b {
                    b'=' => self.flush_base64(),
                    b'+' | b'/' => self.base64.push(b),
                    _ if b.is_ascii_alphanumeric() => self.base64.push(b),
                    _ => {}
                }
            }
            // A whole number of groups is not continued by the next word.
            if self.base64.len() % 4 == 0 {
                self.flush_base64();
            }
        } else {
            self.flush_base64();
            push_quoted(word.data, &mut self.octets);
        }
    }

    fn flush_base64(&mut self) {
        if self.base64.len() % 4 == 1 {
            self.base64.pop();
        }
        if LENIENT.decode_vec(&self.base64, &mut self.octets).is_err() {
            // Not possible: only the alphabet's characters are in it, in a possible number.
            self.octets.extend_from_slice(&self.base64);
        }
        self.base64.clear();
    }

    fn close(&mut self, text: &[u8], out: &mut String) {
        if !self.is_open {
            return;
        }
        self.flush_base64();
        match charset::to_text(self.charset, &self.octets) {
            Some(text) => push_clean(&text, out),
            None => push_plain(&text[self.start..self.end], out),
        }
        self.octets.clear();
        self.is_open = false;
    }
}

/// The Q encoding. `=` without two digits stands for itself.
fn push_quoted(data: &[u8], octets: &mut Vec<u8>) {
    let mut rest = data;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match (b, hex_pair(tail)) {
            (b'=', Some(octet)) => {
                octets.push(octet);
                rest = &tail[2..];
            }
            (b'_', _) => octets.push(b' '),
            _ => octets.push(b),
        }
    }
}

/// The octet that the first two characters stand for.
pub(super) fn hex_pair(text: &[u8]) -> Option<u8> {
    let digit = |b: &u8| char::from(*b).to_digit(16);
    let (high, low) = (digit(text.first()?)?, digit(text.get(1)?)?);
    u8::try_from(high * 16 + low).ok()
}

fn push_plain(octets: &[u8], out: &mut String) {
    for chunk in octets.utf8_chunks() {
        push_clean(chunk.valid(), out);
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Text without what would end a C string or begin another header field: folding becomes its blank, a line end a blank,
/// NUL is replaced.
pub(super) fn push_clean(text: &str, out: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' if matches!(chars.peek(), Some(' ' | '\t')) => {}
            '\r' | '\n' => out.push(' '),
            '\0' => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
#[path = "header_text_tests.rs"]
mod tests;
