//! What of a command tells its answers from those of another one that waits for the same kind of data (design B2): STATUS
//! data names its mailbox, ESEARCH its command's tag, FETCH data its message. In: the text of a command as it goes out.
//! Out: the key, if it has one, and whether two of them can be taken for each other; of a LIST what else it asks for.

use super::job::Verb;
use super::tag::Tag;
use crate::codec::quote;
use crate::codec::ranges::{Ranges, STAR};
use crate::proto::command::encode::{Piece, Wire};
use crate::proto::response::Response;
use crate::proto::response::esearch;
use crate::proto::response::head::Head;
use crate::proto::response::name::Data;
use crate::proto::scan;
use crate::proto::tree::ROOT;

/// So many ranges of messages at most: each answer is sought in all of them.
const RANGES: usize = 64;

#[derive(Debug)]
pub enum Key {
    /// The mailbox a STATUS asks for.
    Mailbox(Box<[u8]>),
    /// The answer says which command it belongs to.
    Tag,
    /// The messages a FETCH asks for: numbers, or UIDs.
    Messages { ranges: Box<[(u32, u32)]>, by_uid: bool },
    /// What LIST asks for beside the mailboxes, and UID FETCH beside the messages, as bits of Data. It does not say whose
    /// it is.
    Returns(u64),
}

impl Key {
    pub fn of(verb: &Verb, wire: Option<&Wire<'_>>) -> Option<Key> {
        let Some(Piece::Text(text)) = wire?.pieces.first() else {
            return None;
        };
        let is_whole = wire?.pieces.len() == 1;
        let behind = |name: &str| {
            let (word, rest) = text.split_at_checked(name.len())?;
            word.eq_ignore_ascii_case(name.as_bytes())
                .then(|| rest.strip_prefix(b" "))?
        };
        match verb.command()?.name {
            "STATUS" if is_whole => Some(Key::Mailbox(first_string(behind("STATUS")?)?)),
            "SEARCH" | "SORT" => {
                let (word, rest) = behind(verb.name())?.split_at_checked(6)?;
                let has_options = word.eq_ignore_ascii_case(b"RETURN") && rest.starts_with(b" (");
                has_options.then_some(Key::Tag)
            }
            "FETCH" if brings_vanished(text) => Some(Key::Returns(Data::Vanished.bit())),
            "FETCH" => {
                let set = behind(verb.name())?.split(|b| *b == b' ').next()?;
                let mut known = Ranges::of(set);
                let ranges: Box<[(u32, u32)]> = known.by_ref().take(RANGES).collect();
                let is_known = known.place() == set.len() && ranges.iter().all(|r| r.0 > 0 && r.1 != STAR);
                is_known.then_some(Key::Messages {
                    ranges,
                    by_uid: verb.is_by_uid(),
                })
            }
            "LIST" => {
                let returns = wire?.pieces.iter().fold(0, |all, piece| match piece {
                    Piece::Text(text) => all | returns(text),
                    _ => all,
                });
                (returns != 0).then_some(Key::Returns(returns))
            }
            _ => None,
        }
    }

    /// What the command expects beyond what all of its name do.
    pub fn asks_too(&self) -> u64 {
        match self {
            Key::Returns(data) => *data,
            _ => 0,
        }
    }

    /// No answer can be taken for one to the other.
    pub fn excludes(&self, other: &Key) -> bool {
        match (self, other) {
            (Key::Mailbox(one), Key::Mailbox(two)) => !one.eq_ignore_ascii_case(two),
            (Key::Tag, Key::Tag) => true,
            (
                Key::Messages { ranges, by_uid },
                Key::Messages {
                    ranges: others,
                    by_uid: other_by_uid,
                },
            ) => {
                let apart = |one: &(u32, u32)| others.iter().all(|two| one.1 < two.0 || two.1 < one.0);
                by_uid == other_by_uid && ranges.iter().all(apart)
            }
            _ => false,
        }
    }
}

/// What an answer says of itself.
pub struct Said<'a> {
    data: Data,
    number: u32,
    uid: u32,
    mailbox: Option<&'a [u8]>,
    tag: Option<Tag>,
}

impl<'a> Said<'a> {
    pub fn by(response: &'a Response) -> Said<'a> {
        let data = response.name().data();
        let mut said = Said {
            data,
            number: response.head().number.unwrap_or(0),
            uid: 0,
            mailbox: None,
            tag: None,
        };
        match data {
            Data::Status => {
                let values = response.values();
                said.mailbox = values.children(ROOT).nth(1).and_then(|node| values.word(node));
            }
            Data::Esearch => {
                let values = response.values();
                said.tag = values.text(esearch::read(values).tag).and_then(Tag::read);
            }
            Data::Fetch => said.uid = response.tree().fetch().uid,
            Data::UidFetch => said.uid = said.number,
            _ => {}
        }
        said
    }

    /// The same from the octets of a FETCH, if it begins with all that is to be known.
    pub fn by_fetch(head: &Head, data: Data, octets: &[u8]) -> Option<Said<'a>> {
        let number = head.number?;
        let uid = match data {
            Data::UidFetch => number,
            Data::Fetch => scan::short_number(scan::behind(octets.get(head.rest..)?, b"(UID ")?)?.1,
            _ => return None,
        };
        Some(Said {
            data,
            number,
            uid,
            mailbox: None,
            tag: None,
        })
    }

    /// It says nothing of a command.
    pub fn names_nobody(&self) -> bool {
        self.tag.is_none()
    }

    /// It answers the command with this key and tag.
    pub fn answers(&self, key: Option<&Key>, tag: Tag) -> bool {
        match (key, self.data) {
            (Some(Key::Mailbox(mailbox)), Data::Status) => {
                self.mailbox.is_some_and(|m| m.eq_ignore_ascii_case(mailbox))
            }
            (Some(Key::Tag), Data::Esearch) => self.tag == Some(tag),
            (Some(Key::Messages { ranges, by_uid }), _) => {
                // Of the form with UIDs alone the number is none.
                let number = if *by_uid { self.uid } else { self.number };
                let is_of_the_kind = *by_uid || self.data == Data::Fetch;
                is_of_the_kind && ranges.iter().any(|r| (r.0..=r.1).contains(&number))
            }
            _ => false,
        }
    }
}

/// A UID FETCH that asks for UIDs of messages that are gone (RFC 7162, 3.2.6): (CHANGEDSINCE 5 VANISHED).
fn brings_vanished(text: &[u8]) -> bool {
    let Some(modifiers) = text.strip_suffix(b")").and_then(|t| t.rsplit(|b| *b == b'(').next()) else {
        return false;
    };
    modifiers
        .split(|b| *b == b' ')
        .any(|word| word.eq_ignore_ascii_case(b"VANISHED"))
}

/// VANISHED (EARLIER), as the answer to a FETCH has it: without the word it is news (RFC 7162, 3.2.10).
pub fn is_earlier(octets: &[u8]) -> bool {
    const WORD: &[u8] = b"(EARLIER)";
    let begin = octets.get(..WORD.len() + 16).unwrap_or(octets);
    begin.windows(WORD.len()).any(|w| w.eq_ignore_ascii_case(WORD))
}

/// The data that a RETURN of LIST brings (RFC 5819, RFC 8440, RFC 9590). What stands in quotes is skipped.
fn returns(text: &[u8]) -> u64 {
    let mut in_quotes = false;
    let mut escaped = false;
    let bare: Vec<u8> = text
        .iter()
        .map(|octet| {
            let was_in = in_quotes;
            in_quotes ^= *octet == b'"' && !escaped;
            escaped = was_in && *octet == b'\\' && !escaped;
            if was_in { b'_' } else { octet.to_ascii_uppercase() }
        })
        .collect();
    let Some(begin) = memchr::memmem::find(&bare, b" RETURN (") else {
        return 0;
    };
    let words = bare[begin + 9..].split(|b| matches!(b, b' ' | b'(' | b')'));
    words.fold(0, |all, word| match word {
        b"STATUS" => all | Data::Status.bit(),
        b"MYRIGHTS" => all | Data::MyRights.bit(),
        b"METADATA" => all | Data::Metadata.bit(),
        _ => all,
    })
}

/// The quoted string or atom that a text begins with.
fn first_string(text: &[u8]) -> Option<Box<[u8]>> {
    let string = match text.first()? {
        b'"' => {
            let end = 1 + text
                .get(1..)?
                .iter()
                .scan(false, |escaped, b| {
                    let ends = *b == b'"' && !*escaped;
                    *escaped = *b == b'\\' && !*escaped;
                    Some(ends)
                })
                .position(|ends| ends)?;
            quote::unquote(text.get(..=end)?)?
        }
        _ => text.split(|b| *b == b' ').next()?.to_vec(),
    };
    Some(string.into_boxed_slice())
}
