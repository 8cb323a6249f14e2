//! The texts of a status response, each followed by a NUL so that C can read them: the whole text, the message without
//! its code, the code's name and argument.

use super::head::{self, Head};
use std::ops::Range;

#[derive(Debug)]
pub struct StatusTexts {
    buf: Box<[u8]>,
    text: Range<usize>,
    message: Range<usize>,
    code: Option<Range<usize>>,
    argument: Option<Range<usize>>,
}

impl StatusTexts {
    pub fn read(line: &[u8], head: &Head) -> StatusTexts {
        let end = line.len().saturating_sub(2);
        let rest = head.rest.min(end);
        let mut buf = Vec::with_capacity(2 * (end - rest) + 8);
        let mut add = |part: &[u8]| {
            let start = buf.len();
            buf.extend_from_slice(part);
            buf.push(0);
            start..start + part.len()
        };
        let text = add(&line[rest..end]);
        let (mut message, mut code, mut argument) = (text.clone(), None, None);
        if let Some(found) = head.status.and_then(|_| head::code(line, rest, end)) {
            let after = &line[found.end..end];
            message = add(after.strip_prefix(b" ").unwrap_or(after));
            // Codes are compared by everybody: one spelling, upper case.
            code = Some(add(&line[found.name].to_ascii_uppercase()));
            argument = found.argument.map(|a| add(&line[a]));
        }
        StatusTexts {
            buf: buf.into_boxed_slice(),
            text,
            message,
            code,
            argument,
        }
    }

    pub fn text(&self) -> &[u8] {
        &self.buf[self.text.clone()]
    }

    pub fn message(&self) -> &[u8] {
        &self.buf[self.message.clone()]
    }

    pub fn code(&self) -> Option<&[u8]> {
        self.code.clone().map(|r| &self.buf[r])
    }

    pub fn argument(&self) -> Option<&[u8]> {
        self.argument.clone().map(|r| &self.buf[r])
    }

    pub fn text_with_nul(&self) -> &[u8] {
        &self.buf[self.text.start..self.text.end + 1]
    }

    pub fn code_with_nul(&self) -> Option<&[u8]> {
        self.code.clone().map(|r| &self.buf[r.start..r.end + 1])
    }
}
