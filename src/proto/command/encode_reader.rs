//! What goes out as a server reads it: a small reader of one command, written from the grammar (RFC 9051, section 9)
//! and not from the encoder.

use crate::proto::command::encode::{Piece, Wire};

#[derive(Debug, PartialEq, Eq)]
pub enum Value {
    Atom(Vec<u8>),
    String(Vec<u8>),
    List(Vec<Value>),
}

/// The octets a server receives, its "go ahead" before each literal granted.
pub fn on_the_wire(wire: &Wire<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in &wire.pieces {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text),
            Piece::Literal { octets, binary, .. } => {
                let tilde = if *binary { "~" } else { "" };
                out.extend_from_slice(format!("{tilde}{{{}}}\r\n", octets.len()).as_bytes());
                out.extend_from_slice(octets);
            }
            Piece::Announced { .. } => unreachable!("the encoder has all octets"),
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// A server's reader of one command.
pub struct Reader<'a> {
    pub octets: &'a [u8],
    pub at: usize,
}

impl Reader<'_> {
    /// The name and the arguments; None unless all of it is exactly one command.
    pub fn command(octets: &[u8]) -> Option<(Vec<u8>, Vec<Value>)> {
        let mut reader = Reader { octets, at: 0 };
        let name = reader.atom()?;
        let mut values = Vec::new();
        while reader.next_is(b' ') {
            values.push(reader.value()?);
        }
        let ends = reader.octets.get(reader.at..) == Some(b"\r\n");
        ends.then_some((name, values))
    }

    fn next_is(&mut self, octet: u8) -> bool {
        let is = self.octets.get(self.at) == Some(&octet);
        self.at += usize::from(is);
        is
    }

    fn value(&mut self) -> Option<Value> {
        match self.octets.get(self.at)? {
            b'(' => {
                self.at += 1;
                let mut list = Vec::new();
                if self.next_is(b')') {
                    return Some(Value::List(list));
                }
                loop {
                    list.push(self.value()?);
                    if self.next_is(b')') {
                        return Some(Value::List(list));
                    }
                    if !self.next_is(b' ') {
                        return None;
                    }
                }
            }
            b'"' => self.quoted(),
            b'{' => self.literal(),
            b'~' if self.octets.get(self.at + 1) == Some(&b'{') => self.literal(),
            _ => self.atom().map(Value::Atom),
        }
    }

    pub fn quoted(&mut self) -> Option<Value> {
        let mut text = Vec::new();
        loop {
            self.at += 1;
            match self.octets.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(Value::String(text));
                }
                b'\\' => {
                    self.at += 1;
                    text.push(*self.octets.get(self.at).filter(|b| matches!(b, b'"' | b'\\'))?);
                }
                b'\r' | b'\n' | 0 => return None,
                octet => text.push(*octet),
            }
        }
    }

    fn literal(&mut self) -> Option<Value> {
        self.next_is(b'~');
        if !self.next_is(b'{') {
            return None;
        }
        let digits: Vec<u8> = self.octets[self.at..]
            .iter()
            .copied()
            .take_while(u8::is_ascii_digit)
            .collect();
        self.at += digits.len();
        let size: usize = String::from_utf8(digits).ok()?.parse().ok()?;
        if !self.octets[self.at..].starts_with(b"}\r\n") {
            return None;
        }
        self.at += 3;
        let text = self.octets.get(self.at..self.at + size)?.to_vec();
        self.at += size;
        Some(Value::String(text))
    }

    /// Whatever the grammar lets stand unquoted somewhere: flags, sections, wildcards.
    fn atom(&mut self) -> Option<Vec<u8>> {
        let from = self.at;
        while let Some(octet) = self.octets.get(self.at) {
            match octet {
                b'(' | b')' | b'{' | b'"' | 0..=b' ' | 0x7f.. => break,
                _ => self.at += 1,
            }
        }
        (self.at > from).then(|| self.octets[from..self.at].to_vec())
    }
}
