//! Responses for the tests of the views.

use super::Response;
use crate::proto::limits::Limits;
use crate::proto::receive::Receiver;

/// A response from its octets; the last CRLF may be left out.
pub fn response(line: impl AsRef<[u8]>) -> Response {
    let mut octets = line.as_ref().to_vec();
    if !octets.ends_with(b"\r\n") {
        octets.extend_from_slice(b"\r\n");
    }
    received(&octets, 100).expect("a whole response")
}

/// The same of any octets; `None` if they are no whole response.
pub fn received(octets: &[u8], max_depth: usize) -> Option<Response> {
    let mut receiver = Receiver::default();
    let mut rest = octets;
    loop {
        if let Some(line) = receiver.next_line(&Limits::default()).ok()? {
            return Some(Response::from_line(line, 1, max_depth));
        }
        let space = receiver.space().ok()?;
        let n = rest.len().min(space.len());
        if n == 0 {
            return None;
        }
        space[..n].copy_from_slice(&rest[..n]);
        receiver.filled(n);
        rest = &rest[n..];
    }
}

/// A node's text, "" for none.
pub fn text(response: &Response, node: u32) -> String {
    let text = response.values().word(node).unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}
