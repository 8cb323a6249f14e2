//! The name of a response or command, upper case and ready for C. Names the library knows are numbered, which is how
//! data finds the command that asked for it.

use super::head::{Head, Kind};
use std::borrow::Cow;

/// Untagged responses that some command asks for, and those that come unasked.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    Other,
    Acl,
    Annotation,
    Capability,
    Enabled,
    Esearch,
    Exists,
    Expunge,
    Fetch,
    Flags,
    Id,
    List,
    ListRights,
    Lsub,
    Metadata,
    MyRights,
    Namespace,
    Quota,
    QuotaRoot,
    Recent,
    Search,
    Sort,
    Status,
    Thread,
    UidFetch,
    Vanished,
    Xlist,
    /// OK, NO, BAD, BYE, PREAUTH.
    StatusLine,
}

/// The names of a length, each with its NUL.
fn names(len: usize) -> &'static [(&'static str, Data)] {
    match len {
        2 => &[
            ("OK\0", Data::StatusLine),
            ("NO\0", Data::StatusLine),
            ("ID\0", Data::Id),
        ],
        3 => &[
            ("BAD\0", Data::StatusLine),
            ("BYE\0", Data::StatusLine),
            ("ACL\0", Data::Acl),
        ],
        4 => &[("LIST\0", Data::List), ("LSUB\0", Data::Lsub), ("SORT\0", Data::Sort)],
        5 => &[
            ("FETCH\0", Data::Fetch),
            ("FLAGS\0", Data::Flags),
            ("QUOTA\0", Data::Quota),
            ("XLIST\0", Data::Xlist),
        ],
        6 => &[
            ("EXISTS\0", Data::Exists),
            ("SEARCH\0", Data::Search),
            ("STATUS\0", Data::Status),
            ("RECENT\0", Data::Recent),
            ("THREAD\0", Data::Thread),
        ],
        7 => &[
            ("EXPUNGE\0", Data::Expunge),
            ("ESEARCH\0", Data::Esearch),
            ("ENABLED\0", Data::Enabled),
            ("PREAUTH\0", Data::StatusLine),
        ],
        8 => &[
            ("UIDFETCH\0", Data::UidFetch),
            ("VANISHED\0", Data::Vanished),
            ("METADATA\0", Data::Metadata),
            ("MYRIGHTS\0", Data::MyRights),
            // `* [COPYUID 7 1:2 5:6]` (Exchange, home.pl): the OK before it is missing.
            ("[COPYUID\0", Data::StatusLine),
        ],
        9 => &[("NAMESPACE\0", Data::Namespace), ("QUOTAROOT\0", Data::QuotaRoot)],
        10 => &[
            ("CAPABILITY\0", Data::Capability),
            ("ANNOTATION\0", Data::Annotation),
            ("LISTRIGHTS\0", Data::ListRights),
        ],
        _ => &[],
    }
}

impl Data {
    /// As a member of a set.
    pub const fn bit(self) -> u64 {
        1 << self as u8
    }

    /// A message number stands before the name.
    fn has_number(self) -> bool {
        matches!(
            self,
            Data::Exists | Data::Expunge | Data::Fetch | Data::Recent | Data::UidFetch
        )
    }
}

/// A name with a NUL behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    text: Cow<'static, str>,
    data: Data,
}

impl Name {
    /// Of a line that has none.
    pub const fn none() -> Name {
        Name {
            text: Cow::Borrowed("\0"),
            data: Data::Other,
        }
    }

    pub const FETCH: Name = Name {
        text: Cow::Borrowed("FETCH\0"),
        data: Data::Fetch,
    };
    pub const LIST: Name = Name {
        text: Cow::Borrowed("LIST\0"),
        data: Data::List,
    };

    /// The name of a response.
    pub fn of(head: &Head, line: &[u8]) -> Name {
        if head.kind == Kind::Odd || head.kind == Kind::Continuation {
            return Name {
                text: Cow::Borrowed("\0"),
                data: Data::Other,
            };
        }
        let name = Name::new(&line[head.name.start as usize..head.name.end as usize]);
        // `* 5 VANISHED` is not VANISHED, `* EXISTS` is not EXISTS: such are nobody's.
        if head.kind == Kind::Untagged && name.data.has_number() != head.number.is_some() {
            return Name {
                data: Data::Other,
                ..name
            };
        }
        name
    }

    /// The name of a command of the library; it is no kind of data.
    pub const fn of_command(with_nul: &'static str) -> Name {
        Name {
            text: Cow::Borrowed(with_nul),
            data: Data::Other,
        }
    }

    /// Any word, any case; octets that C could not read as text become `?`.
    pub fn new(word: &[u8]) -> Name {
        let of_length = names(word.len());
        let exact = |(n, _): &&(&'static str, Data)| n.as_bytes().starts_with(word);
        let any_case = |(n, _): &&(&'static str, Data)| n.as_bytes()[..word.len()].eq_ignore_ascii_case(word);
        let known = of_length.iter().find(exact).or_else(|| of_length.iter().find(any_case));
        if let Some((name, data)) = known {
            return Name {
                text: Cow::Borrowed(name),
                data: *data,
            };
        }
        let mut text: String = word
            .iter()
            .map(|b| {
                if *b == 0 || !b.is_ascii() {
                    '?'
                } else {
                    b.to_ascii_uppercase() as char
                }
            })
            .collect();
        text.push('\0');
        Name {
            text: Cow::Owned(text),
            data: Data::Other,
        }
    }

    pub fn as_str(&self) -> &str {
        self.text.strip_suffix('\0').unwrap_or(&self.text)
    }

    /// With the NUL.
    pub fn with_nul(&self) -> &str {
        &self.text
    }

    pub fn data(&self) -> Data {
        self.data
    }

    pub fn is(&self, name: &[u8]) -> bool {
        self.as_str().as_bytes().eq_ignore_ascii_case(name)
    }
}
