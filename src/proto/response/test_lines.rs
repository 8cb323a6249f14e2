//! Responses for the tests of views, from their text.

use super::{Response, fixture};
use crate::proto::tree::{ROOT, Values};

/// One whole response, literals included, CRLF left out.
pub fn response(line: &str) -> Response {
    octets(line.as_bytes()).unwrap()
}

/// The same of any octets; `None` if they are no whole response.
pub fn octets(line: &[u8]) -> Option<Response> {
    fixture::received(&[line, b"\r\n"].concat(), 20_000)
}

/// The value behind a name in the list of a FETCH response.
pub fn item(values: Values<'_>, name: &str) -> u32 {
    let list = values.children(ROOT).last().unwrap_or(0);
    values.find(list, name.as_bytes())
}

/// A text for comparing: NIL is "-".
pub fn shown(text: Option<&[u8]>) -> String {
    text.map_or_else(|| "-".to_owned(), |t| String::from_utf8_lossy(t).into_owned())
}

/// The line cut at each place, and with each octet changed to those that mean something.
pub fn damaged(line: &str) -> impl Iterator<Item = Vec<u8>> {
    let octets = line.as_bytes();
    let cut = (0..octets.len()).flat_map(|at| [octets[..at].to_vec(), octets[at..].to_vec()]);
    let without = (0..octets.len()).map(|at| [&octets[..at], &octets[at + 1..]].concat());
    let changed = (0..octets.len()).flat_map(move |at| {
        b"() \"\\N1{".iter().map(move |b| {
            let mut line = octets.to_vec();
            line[at] = *b;
            line
        })
    });
    cut.chain(without).chain(changed)
}
