//! Modified UTF-7, the notation of mailbox names (RFC 3501, 5.1.3). In: text, or the octets of a name. Out: the
//! other one. Every text has exactly one spelling, so a name decodes only if encoding gives it back unchanged:
//! no superfluous shift, no printable US-ASCII in base64, no left-over bits, surrogates in pairs. Whether a
//! connection uses the notation at all (not with UTF8=ACCEPT) is not decided here.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

/// Base64 with `,` for `/`, without padding, refusing left-over bits that are not zero.
const SHIFTED: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::IMAP_MUTF7, NO_PAD);

/// The modified UTF-7 spelling of a text. Always printable US-ASCII, whatever the text holds.
pub fn encode(text: &str) -> String {
    let mut name = String::with_capacity(text.len().saturating_add(2));
    let mut run = Vec::new();
    for c in text.chars() {
        if !is_printable(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                run.extend_from_slice(&unit.to_be_bytes());
            }
            continue;
        }
        close_run(&mut name, &mut run);
        name.push(c);
        if c == '&' {
            name.push('-');
        }
    }
    close_run(&mut name, &mut run);
    name
}

/// The text a name spells, or None if the octets are not modified UTF-7 in its one valid spelling (raw 8-bit octets
/// and control characters included); such a name is used as it came.
pub fn decode(name: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    let mut after_run = false;
    while let Some((&octet, tail)) = rest.split_first() {
        if octet != b'&' {
            let c = char::from(octet);
            if !is_printable(c) {
                return None;
            }
            text.push(c);
            (rest, after_run) = (tail, false);
            continue;
        }
        let (run, tail) = tail.split_at_checked(tail.iter().position(|o| *o == b'-')?)?;
        if run.is_empty() {
            text.push('&');
            after_run = false;
        } else {
            if after_run {
                return None;
            }
            decode_run(run, &mut text)?;
            after_run = true;
        }
        rest = tail.get(1..)?;
    }
    Some(text)
}

/// Whether the octets are modified UTF-7 in its one valid spelling. Plain US-ASCII without `&` is.
pub fn is_valid(name: &[u8]) -> bool {
    decode(name).is_some()
}

/// Characters that stand for themselves (`&` does with a `-` behind it).
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~')
}

/// Writes the UTF-16 octets gathered so far between `&` and `-`.
fn close_run(name: &mut String, run: &mut Vec<u8>) {
    if run.is_empty() {
        return;
    }
    name.push('&');
    SHIFTED.encode_string(&*run, name);
    name.push('-');
    run.clear();
}

/// Appends what the base64 between `&` and `-` stands for.
fn decode_run(run: &[u8], text: &mut String) -> Option<()> {
    let octets = SHIFTED.decode(run).ok()?;
    let pairs = octets.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let units = pairs.filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes));
    for c in char::decode_utf16(units) {
        let c = c.ok().filter(|c| !is_printable(*c))?;
        text.push(c);
    }
    Some(())
}

#[cfg(test)]
#[path = "utf7_tests.rs"]
mod tests;
