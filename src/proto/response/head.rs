//! The first words of a response: what kind it is, its number, its name, its status and code. Reads the line once,
//! allocates nothing, knows no particular response.

use super::name::Name;
use crate::proto::scan;
use std::ops::Range;

/// Who a response is addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `* …`
    Untagged,
    /// `TAG OK …`, a status word behind the first word.
    Tagged,
    /// `+ …`
    Continuation,
    /// None of these.
    Odd,
}

/// The status words of RFC 9051, 7.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ok = 1,
    No = 2,
    Bad = 3,
    Bye = 4,
    Preauth = 5,
}

impl Status {
    /// Any case.
    pub fn from_word(word: &[u8]) -> Option<Status> {
        [Status::Ok, Status::No, Status::Bad, Status::Bye, Status::Preauth]
            .into_iter()
            .find(|s| s.word().as_bytes().eq_ignore_ascii_case(word))
    }

    pub fn word(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::No => "NO",
            Status::Bad => "BAD",
            Status::Bye => "BYE",
            Status::Preauth => "PREAUTH",
        }
    }
}

/// The first words of one response, as places in its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub kind: Kind,
    pub tag: Range<u32>,
    pub number: Option<u32>,
    /// Where the number's digits stand (empty without a number).
    pub digits: Range<u32>,
    pub name: Range<u32>,
    pub status: Option<Status>,
    /// Where the values begin that the tree shows.
    pub values: usize,
    /// Where the text behind the name begins.
    pub rest: usize,
}

impl Head {
    /// Of a line with nothing in it.
    pub const fn none() -> Head {
        Head {
            kind: Kind::Odd,
            tag: 0..0,
            number: None,
            digits: 0..0,
            name: 0..0,
            status: None,
            values: 0,
            rest: 0,
        }
    }

    /// Of a line that begins with a star, the number, and a name at `name`, one blank between them.
    #[inline]
    fn numbered(number: u32, name: usize, name_len: usize) -> Head {
        let name_end = name.wrapping_add(name_len);
        Head {
            kind: Kind::Untagged,
            tag: 0..0,
            number: Some(number),
            digits: 2..name.wrapping_sub(1) as u32,
            name: name as u32..name_end as u32,
            status: None,
            values: 2,
            rest: name_end.wrapping_add(1),
        }
    }

    /// Status responses, continuations and odd lines end in text that is not read as values.
    pub fn is_text(&self) -> bool {
        self.status.is_some() || matches!(self.kind, Kind::Continuation | Kind::Odd)
    }
}

/// Reads the first words of a whole line (CRLF included).
pub fn read(line: &[u8]) -> Head {
    let end = line.len().saturating_sub(2);
    let body = &line[..end];
    let mut head = Head::none();
    if let [b'*', b' ', first, ..] = body {
        if first.is_ascii_digit() {
            if let Some(head) = numbered(body) {
                return head;
            }
        }
    }
    if body.first() == Some(&b'+') && matches!(body.get(1), None | Some(b' ')) {
        head.kind = Kind::Continuation;
        head.values = 2.min(end);
        head.rest = head.values;
        return head;
    }
    let first = word(body, 0);
    let second = word(body, (first.end + 1).min(end));
    if body.first() == Some(&b'*') && first.len() == 1 {
        head.kind = Kind::Untagged;
        head.values = second.start;
        let mut name = second.clone();
        if let Some(number) = small_number(&body[second.clone()]) {
            let third = word(body, (second.end + 1).min(end));
            if !third.is_empty() {
                head.number = Some(number);
                head.digits = narrow(&second);
                name = third;
            }
        }
        head.name = narrow(&name);
        head.rest = behind(body, name.end);
        if head.number.is_none() {
            head.status = status(body, &name);
        }
        return head;
    }
    // BYE and PREAUTH are untagged only.
    let status = status(body, &second).filter(|s| matches!(s, Status::Ok | Status::No | Status::Bad));
    if status.is_some() && !first.is_empty() {
        head.kind = Kind::Tagged;
        head.tag = narrow(&first);
        head.name = narrow(&second);
        head.status = status;
        head.values = second.start;
        head.rest = behind(body, second.end);
    }
    head
}

/// `* 12 FETCH …` as servers write it, with one blank between the words: most lines of a busy connection.
fn numbered(body: &[u8]) -> Option<Head> {
    let (digits, number) = scan::short_number(body.get(2..)?)?;
    let name = digits.wrapping_add(3);
    let behind = body.get(digits.wrapping_add(2)..)?.strip_prefix(b" ")?;
    let len = behind.iter().position(|b| !b.is_ascii_alphabetic())?;
    (len > 0 && behind.get(len) == Some(&b' ')).then(|| Head::numbered(number, name, len))
}

/// The first words of a whole line, and the name.
pub fn first_words(line: &[u8]) -> (Head, Name) {
    usual(line).unwrap_or_else(|| {
        let head = read(line);
        let name = Name::of(&head, line);
        (head, name)
    })
}

/// `* 12 FETCH (` or `* LIST (` and anything behind it, the same as `read` has it; no line end is looked for.
#[inline(always)]
pub fn usual(octets: &[u8]) -> Option<(Head, Name)> {
    let behind = scan::behind(octets, b"* ")?;
    if behind.first().is_some_and(u8::is_ascii_digit) {
        let (digits, number) = scan::short_number(behind)?;
        let is_fetch = scan::behind(behind.get(digits..)?, b" FETCH (").is_some();
        return is_fetch.then(|| (Head::numbered(number, digits.wrapping_add(3), 5), Name::FETCH));
    }
    let head = Head {
        kind: Kind::Untagged,
        name: 2..6,
        values: 2,
        rest: 7,
        ..Head::none()
    };
    behind.starts_with(b"LIST (").then_some((head, Name::LIST))
}

/// A status word that a blank or the line's end follows.
fn status(body: &[u8], word: &Range<usize>) -> Option<Status> {
    if !matches!(body.get(word.end), None | Some(b' ')) {
        return None;
    }
    Status::from_word(&body[word.clone()])
}

/// Where the text behind a word begins: one blank is no part of it.
fn behind(body: &[u8], word_end: usize) -> usize {
    word_end + usize::from(body.get(word_end) == Some(&b' '))
}

/// The word that begins at or after `from`, blanks skipped. A `(` ends it too: some servers leave out the blank.
fn word(body: &[u8], from: usize) -> Range<usize> {
    let skip = body[from..].iter().take_while(|b| **b == b' ').count();
    let start = from + skip;
    let len = body[start..]
        .iter()
        .position(|b| matches!(b, b' ' | b'(' | b'\r'))
        .unwrap_or(body.len() - start);
    start..start + len
}

fn narrow(range: &Range<usize>) -> Range<u32> {
    // Lines are far shorter than 4 GiB; one that is not has no name.
    match (u32::try_from(range.start), u32::try_from(range.end)) {
        (Ok(start), Ok(end)) => start..end,
        _ => 0..0,
    }
}

fn small_number(word: &[u8]) -> Option<u32> {
    if word.is_empty() || word.len() > 10 {
        return None;
    }
    let digits = word.iter().try_fold(0u64, |n, b| {
        let digit = b.wrapping_sub(b'0');
        (digit <= 9).then(|| n * 10 + u64::from(digit))
    })?;
    u32::try_from(digits).ok()
}

/// A response code `[NAME argument]`: `start` is its opening bracket, `end` behind the closing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub start: usize,
    pub name: Range<usize>,
    pub argument: Option<Range<usize>>,
    pub end: usize,
}

/// The code that begins at `at`, blanks aside. It ends at the first `]` outside quotes with no `[` or `(` open, else at the last `]`
/// of the line; without any, or with a name that is no atom, there is no code and all is text.
pub fn code(line: &[u8], at: usize, end: usize) -> Option<Code> {
    let text = line.get(at..end)?;
    let at = at + text.iter().take_while(|b| **b == b' ').count();
    if at >= end || line.get(at) != Some(&b'[') {
        return None;
    }
    let inside = &line[at + 1..end];
    let close = at + 1 + closing(inside).or_else(|| memchr::memrchr(b']', inside))?;
    let start = at + 1;
    let name_len = memchr::memchr2(b' ', b'(', &line[start..close]).unwrap_or(close - start);
    let name = start..start + name_len;
    let is_atom = name_len > 0
        && line[name.clone()]
            .iter()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\' | b'{'));
    if !is_atom {
        return None;
    }
    let gap = usize::from(line.get(name.end) == Some(&b' '));
    let argument = (name.end < close).then(|| name.end + gap..close);
    Some(Code {
        start: at,
        name,
        argument,
        end: close + 1,
    })
}

fn closing(inside: &[u8]) -> Option<usize> {
    let first = memchr::memchr(b']', inside)?;
    if memchr::memchr3(b'[', b'(', b'"', &inside[..first]).is_none() {
        return Some(first);
    }
    let (mut brackets, mut parens, mut quoted, mut escaped) = (0usize, 0usize, false, false);
    for (i, &b) in inside.iter().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' => brackets += 1,
            b'(' => parens += 1,
            b')' => parens = parens.saturating_sub(1),
            b']' if brackets == 0 && parens == 0 => return Some(i),
            b']' => brackets = brackets.saturating_sub(1),
            _ => {}
        }
    }
    None
}
