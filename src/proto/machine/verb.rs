//! Which command it is, and which rows of its answer are handed out: what of a job outlives its time on the wire.

use crate::proto::command::table::{self, Command, Items};
use crate::proto::response::View;
use crate::proto::response::name::Name;
use std::borrow::Cow;

/// A command's name and what the table says of it.
#[derive(Clone)]
pub enum Verb {
    Known(&'static Command),
    /// By UID, where the table allows that.
    KnownByUid(&'static Command),
    Other(Box<OtherVerb>),
}

/// A command that the table does not know, or not by UID.
#[derive(Clone)]
pub struct OtherVerb {
    /// Upper case; with UID in front where it applies.
    name: Name,
    /// The inner command for UID.
    command: Option<&'static Command>,
    uid: bool,
}

impl Verb {
    /// From a name in any case: "fetch", "UID FETCH".
    pub fn new(name: &str) -> Verb {
        let upper = name.to_ascii_uppercase();
        let inner = upper.strip_prefix("UID ");
        match table::find(inner.unwrap_or(&upper)) {
            Some(command) => Verb::known(command, inner.is_some()),
            None => Verb::Other(Box::new(OtherVerb {
                name: Name::new(upper.as_bytes()),
                command: None,
                uid: inner.is_some(),
            })),
        }
    }

    pub fn known(command: &'static Command, uid: bool) -> Verb {
        match uid {
            false => Verb::Known(command),
            true if command.has(table::UID) => Verb::KnownByUid(command),
            true => Verb::Other(Box::new(OtherVerb {
                name: Name::new(format!("UID {}", command.name).as_bytes()),
                command: Some(command),
                uid,
            })),
        }
    }

    /// Upper case; with UID in front where it applies.
    pub fn name(&self) -> &str {
        match self {
            Verb::Known(command) => command.name,
            Verb::KnownByUid(command) => command.uid_name_with_nul.trim_end_matches('\0'),
            Verb::Other(other) => other.name.as_str(),
        }
    }

    /// The same as the name of a result.
    pub fn to_name(&self) -> Name {
        match self {
            Verb::Known(command) => Name::of_command(command.name_with_nul),
            Verb::KnownByUid(command) => Name::of_command(command.uid_name_with_nul),
            Verb::Other(other) => other.name.clone(),
        }
    }

    /// The table's entry, of the inner command for UID.
    pub fn command(&self) -> Option<&'static Command> {
        match self {
            Verb::Known(command) | Verb::KnownByUid(command) => Some(command),
            Verb::Other(other) => other.command,
        }
    }

    pub fn is_by_uid(&self) -> bool {
        match self {
            Verb::Known(_) => false,
            Verb::KnownByUid(_) => true,
            Verb::Other(other) => other.uid,
        }
    }

    pub fn has(&self, bit: u16) -> bool {
        self.command().is_some_and(|c| c.has(bit))
    }

    pub fn is_logout(&self) -> bool {
        self.is("LOGOUT")
    }

    pub fn is(&self, name: &str) -> bool {
        self.command().is_some_and(|c| c.name == name)
    }

    /// Which untagged data is its own.
    pub fn expects(&self) -> u64 {
        self.command().map_or(table::UNKNOWN_EXPECTS, |c| c.expects)
    }

    /// imaplib's view of the result.
    pub fn view(&self) -> Shows {
        Shows::AsImaplib
    }
}

/// Which items the result of a command has of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The text of the answer.
    OwnText,
    /// As imaplib's function of that name, or its `uid`.
    AsImaplib,
    /// The command's, whether it is sent with UID or not: the library's own functions take UID as a flag.
    AsCommand,
    /// RECENT data.
    Recent,
}

impl Shows {
    /// The name of the rows that are handed out; `None` for the text.
    pub fn rows_of(self, verb: &Verb) -> Option<&'static str> {
        let of_command = || match verb.command()?.items {
            Items::Named(name) => Some(name),
            Items::OwnText | Items::OfUid => None,
        };
        match self {
            Shows::OwnText => None,
            Shows::Recent => Some("RECENT"),
            Shows::AsCommand => of_command(),
            Shows::AsImaplib if !verb.is_by_uid() => of_command(),
            Shows::AsImaplib => match verb.command() {
                Some(c) if matches!(c.name, "SEARCH" | "SORT" | "THREAD") => of_command(),
                _ => Some("FETCH"),
            },
        }
    }

    pub fn view(self, verb: &Verb) -> View {
        match self.rows_of(verb) {
            Some(name) => View::Named(Cow::Borrowed(name)),
            None => View::OwnText,
        }
    }
}
