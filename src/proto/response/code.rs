//! Response codes, typed (RFC 9051, 7.1; RFC 3501, 3516, 4315, 4978, 5255, 5257, 5464, 5465, 5466, 5530, 6154, 7162, 7889,
//! 8474, 9208, 9394, 9585, 9586, 9590, 9738). In: the values of a status line. Out: what the code is and where its
//! argument stands. A code whose argument is not as it should be keeps its kind, with a mark.

use super::arguments;
use super::code_table::{CODES, Holds, IMAP_CODE_COPYUID, IMAP_CODE_OTHER, imap_code_kind};
use crate::codec::ranges;
use crate::proto::tree::{Kind, ROOT, Values};

/// A code and its argument; 0 for what is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code itself.
    pub node: u32,
    pub name: u32,
    pub kind: imap_code_kind,
    pub number: u64,
    /// The number behind the first (MESSAGELIMIT's last UID).
    pub second: u32,
    /// A text, if the argument is one word.
    pub text: u32,
    /// The argument is to be read as it was sent, whatever it consists of.
    pub is_free: bool,
    /// Flags, charsets, capabilities: for `words`.
    pub words: u32,
    /// UIDs or message numbers: what was copied, and what became of it.
    pub source: u32,
    pub set: u32,
    pub malformed: bool,
}

pub fn read(values: Values<'_>) -> Option<Code> {
    let node = values.children(ROOT).find(|n| values.kind(*n) == Kind::Code)?;
    let name = values.first(node);
    let argument = values.next(name);
    let found = CODES.iter().find(|(known, ..)| arguments::is_word(values, name, known));
    let mut code = Code {
        node,
        name,
        kind: found.map_or(IMAP_CODE_OTHER, |(_, kind, _)| *kind),
        number: 0,
        second: 0,
        text: 0,
        is_free: found.is_none_or(|(_, _, holds)| *holds == Holds::Anything),
        words: 0,
        source: 0,
        set: 0,
        malformed: false,
    };
    let is_good = found.is_none_or(|(_, _, holds)| code.take(values, *holds, argument));
    code.malformed = !is_good;
    Some(code)
}

impl Code {
    /// Takes what a code of this shape holds; false if something is missing or too much.
    fn take(&mut self, values: Values<'_>, holds: Holds, argument: u32) -> bool {
        let behind = values.next(argument);
        match holds {
            Holds::Nothing => argument == 0,
            Holds::Anything => {
                // One string is its value (Cyrus quotes the URL of a BADURL).
                if behind == 0 && matches!(values.kind(argument), Kind::String | Kind::Literal) {
                    (self.text, self.is_free) = (argument, false);
                }
                true
            }
            Holds::Small | Holds::Wide => {
                let most = if holds == Holds::Wide {
                    u64::MAX
                } else {
                    u64::from(u32::MAX)
                };
                let number = arguments::number(values, arguments::opened(values, argument)).filter(|n| *n <= most);
                self.number = number.unwrap_or(0);
                number.is_some() && behind == 0
            }
            Holds::TwoNumbers => {
                let second = arguments::number(values, behind).and_then(|n| u32::try_from(n).ok());
                let number = arguments::number(values, argument);
                self.number = number.unwrap_or(0);
                self.second = second.unwrap_or(0);
                number.is_some() && (behind == 0 || second.is_some()) && values.next(behind) == 0
            }
            Holds::Text => {
                self.text = arguments::opened(values, argument);
                values.word(self.text).is_some()
            }
            Holds::Words => {
                self.words = self.node;
                argument != 0
            }
            Holds::List => {
                let is_list = values.is_list(argument);
                self.words = match argument {
                    0 => 0,
                    list if is_list => list,
                    // Without its parentheses: the words are those of the code.
                    _ => self.node,
                };
                is_list && behind == 0
            }
            Holds::MaybeList => argument == 0 || self.take(values, Holds::List, argument),
            Holds::Set => {
                self.set = argument;
                is_set(values, argument) && behind == 0
            }
            Holds::AppendUid => {
                self.number = arguments::number(values, argument).unwrap_or(0);
                self.set = behind;
                self.is_validity() && is_uid_set(values, behind) && values.next(behind) == 0
            }
            Holds::CopyUid => {
                self.number = arguments::number(values, argument).unwrap_or(0);
                self.source = behind;
                self.set = values.next(behind);
                self.is_validity()
                    && values.next(self.set) == 0
                    && is_uid_set(values, self.source)
                    && is_uid_set(values, self.set)
                    && count(values, self.source) == count(values, self.set)
            }
            Holds::Metadata => {
                self.text = argument;
                let is_number = ["LONGENTRIES", "MAXSIZE"]
                    .iter()
                    .any(|w| arguments::is_word(values, argument, w));
                if !is_number {
                    return ["TOOMANY", "NOPRIVATE"]
                        .iter()
                        .any(|w| arguments::is_word(values, argument, w));
                }
                let number = arguments::number(values, behind);
                self.number = number.unwrap_or(0);
                number.is_some()
            }
        }
    }

    fn is_validity(&self) -> bool {
        self.number != 0 && self.number <= u64::from(u32::MAX)
    }

    /// The pairs of a COPYUID whose sets are equally long.
    pub fn copied<'a>(&self, values: Values<'a>) -> Option<ranges::Pairs<'a>> {
        if self.kind != IMAP_CODE_COPYUID || self.malformed {
            return None;
        }
        Some(ranges::Pairs::of(values.text(self.source)?, values.text(self.set)?))
    }
}

/// A COPYUID without a status before it, `* [COPYUID 7 1:2 5:6] done` (Exchange, home.pl): its UIDVALIDITY and pairs. The
/// line is read as words, the first of which is all of the code.
pub fn bare_copyuid(values: Values<'_>) -> Option<(u32, ranges::Pairs<'_>)> {
    let text = values.text(values.first(ROOT))?;
    let mut words = text.strip_prefix(b"[")?.strip_suffix(b"]")?.split(|b| *b == b' ');
    if !words.next()?.eq_ignore_ascii_case(b"COPYUID") {
        return None;
    }
    let mut argument = || words.find(|word| !word.is_empty());
    let validity = u32::try_from(arguments::digits(argument()?)?).ok()?;
    let (source, copies) = (argument()?, argument()?);
    let is_good = [source, copies].into_iter().all(ranges::is_set)
        && ranges::count(source).is_some()
        && ranges::count(source) == ranges::count(copies)
        && argument().is_none();
    is_good.then(|| (validity, ranges::Pairs::of(source, copies)))
}

fn is_set(values: Values<'_>, node: u32) -> bool {
    values.text(node).is_some_and(ranges::is_set)
}

/// `*` is not allowed where messages were given their UIDs.
fn is_uid_set(values: Values<'_>, node: u32) -> bool {
    is_set(values, node) && count(values, node).is_some()
}

fn count(values: Values<'_>, node: u32) -> Option<u64> {
    ranges::count(values.text(node)?)
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
