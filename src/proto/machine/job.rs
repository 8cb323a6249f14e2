//! A job: one call that talks, from its submission to its outcome. Most are one command; opening, STARTTLS,
//! AUTHENTICATE and ENABLE have steps. A job has at most one command on the wire.

use super::append::Append;
use super::idle::Idle;
use super::incoming::printable;
use crate::codec::secret::Secret;
use crate::error::{Error, imap_rc};
use crate::proto::command::encode::{Piece, Wire};
use crate::proto::command::table::{self, Command, Items, imap_state, imap_state::*};
use crate::proto::response::name::Name;
use crate::proto::response::{Response, View};
use crate::proto::rows::Gathered;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

/// What is asked of the machine.
pub enum Request {
    /// Wait for the greeting, switch to TLS if asked, learn the capabilities.
    Open {
        starttls: bool,
    },
    /// One command, encoded.
    Command {
        verb: Verb,
        view: View,
        wire: Wire,
    },
    StartTls,
    /// `initial` is the mechanism's first response, if it has one; `clear` if the mechanism shows the password.
    Authenticate {
        mechanism: String,
        initial: Option<Secret>,
        clear: bool,
    },
    /// imaplib's `recent`: what is known, else NOOP.
    Recent,
    /// APPEND to a mailbox (in `wire`), whose messages come later.
    Append {
        wire: Wire,
    },
    Idle,
}

/// A command's name and what the table says of it.
#[derive(Clone)]
pub struct Verb {
    /// Upper case; with UID in front where it applies.
    pub name: Name,
    /// The table's entry, of the inner command for UID.
    pub command: Option<&'static Command>,
    pub uid: bool,
}

impl Verb {
    /// From a name in any case: "fetch", "UID FETCH".
    pub fn new(name: &str) -> Verb {
        let upper = name.to_ascii_uppercase();
        let inner = upper.strip_prefix("UID ");
        let command = table::find(inner.unwrap_or(&upper));
        Verb {
            name: Name::new(upper.as_bytes()),
            command,
            uid: inner.is_some(),
        }
    }

    pub fn known(command: &'static Command, uid: bool) -> Verb {
        let name = if uid {
            Name::new(format!("UID {}", command.name).as_bytes())
        } else {
            Name::of_command(command.name_with_nul)
        };
        Verb {
            name,
            command: Some(command),
            uid,
        }
    }

    pub fn has(&self, bit: u16) -> bool {
        self.command.is_some_and(|c| c.has(bit))
    }

    pub fn is_logout(&self) -> bool {
        self.command.is_some_and(|c| c.name == "LOGOUT")
    }

    /// Which untagged data is its own.
    pub fn expects(&self) -> u64 {
        self.command.map_or(table::UNKNOWN_EXPECTS, |c| c.expects)
    }

    /// imaplib's view of the result.
    pub fn view(&self) -> View {
        let Some(command) = self.command else {
            return if self.uid {
                View::Named(Cow::Borrowed("FETCH"))
            } else {
                View::OwnText
            };
        };
        if self.uid && !matches!(command.name, "SEARCH" | "SORT" | "THREAD") {
            return View::Named(Cow::Borrowed("FETCH"));
        }
        match command.items {
            Items::OwnText | Items::OfUid => View::OwnText,
            Items::Named(name) => View::Named(Cow::Borrowed(name)),
        }
    }

    /// The library's own functions that send UID with a flag keep the command's view.
    pub fn view_by_flag(&self) -> View {
        match self.command.map(|c| c.items) {
            Some(Items::Named(name)) => View::Named(Cow::Borrowed(name)),
            _ => View::OwnText,
        }
    }
}

/// Why a command is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is what the job is about.
    Main,
    /// The job needs to know the capabilities first.
    Capability,
    /// The job needs TLS first.
    StartTls,
    /// IDLE on a server that has none asks what is new.
    Poll,
}

/// A command on the wire.
pub struct Exchange {
    pub tag: Vec<u8>,
    pub purpose: Purpose,
    pub expects: u64,
    /// What is not yet handed to the output: it waits behind a literal's header.
    pub pieces: VecDeque<Piece>,
    /// A continuation is due.
    pub waits: bool,
    /// The output's total when all that may leave now has left: the whole command, or up to a literal's header.
    pub mark: u64,
    pub secret: bool,
    /// More of it comes from the caller.
    pub is_open: bool,
}

impl Exchange {
    /// All of it has left; `sent` is the output's total.
    pub fn is_sent(&self, sent: u64) -> bool {
        self.pieces.is_empty() && !self.is_open && self.mark > 0 && sent >= self.mark
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if self.secret {
            for piece in &mut self.pieces {
                piece.wipe();
            }
        }
    }
}

/// Where a job stands.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Phase {
    Queued,
    Greeting,
    OnTheWire,
    /// The server sent a challenge; the answer is the caller's.
    Challenged,
    /// The transport is to become TLS.
    Tls,
    /// The server tells what is new as it comes.
    Idling,
}

/// Steps of AUTHENTICATE.
pub struct Auth {
    pub mechanism: String,
    pub initial: Option<Secret>,
    pub challenge: Option<Secret>,
    /// Why the exchange was cancelled, if it was.
    pub cancelled: Option<String>,
    pub clear: bool,
}

/// What the job is.
pub enum Task {
    Command,
    Open { starttls: bool },
    StartTls,
    Authenticate(Box<Auth>),
    Recent,
    Append(Append),
    Idle(Idle),
}

/// One job.
pub struct Job {
    pub id: u32,
    pub verb: Verb,
    pub view: View,
    pub task: Task,
    pub wire: Option<Wire>,
    pub phase: Phase,
    pub exchange: Option<Exchange>,
    pub rows: Gathered,
    /// The mailbox a STATUS asks for, which its data names.
    pub mailbox: Option<Box<[u8]>>,
    /// Its rows are taken one by one as they arrive.
    pub is_pulled: bool,
    /// Nobody wants its answer.
    pub is_discarded: bool,
    pub status_lines: usize,
    /// The capabilities were asked for in this job already.
    pub asked: bool,
    /// ENABLE names UTF8=ACCEPT.
    pub asks_utf8: bool,
    /// The answer to be handed out when the later steps are done.
    pub answer: Option<Box<Response>>,
    pub deadline_ms: Option<u64>,
}

impl Job {
    /// The state that holds when the job has succeeded, if it is another one.
    pub fn state_after(&self) -> Option<imap_state> {
        match self.verb.command? {
            c if c.has(table::LOGS_IN) => Some(IMAP_STATE_AUTH),
            c if c.has(table::SELECTS) => Some(IMAP_STATE_SELECTED),
            c if c.has(table::DESELECTS) => Some(IMAP_STATE_AUTH),
            c if c.name == "LOGOUT" => Some(IMAP_STATE_LOGOUT),
            _ => None,
        }
    }

    /// The row goes to imaplib's table as soon as it is read: it is not what imaplib's command hands out. The others
    /// go there only if the command ends with NO.
    pub fn files_at_once(&self, row: &Response) -> bool {
        let is_handed_out = matches!(&self.view, View::Named(name) if row.name().as_str() == name.as_ref());
        !is_handed_out || self.verb.has(table::SELECTS)
    }
}

/// How a job ended.
pub struct Outcome {
    pub rc: imap_rc,
    /// The command's name.
    name: Name,
    /// One line on what happened; `None` where the server's answer says it.
    message: Option<String>,
    pub errno: i32,
    pub response: Option<Arc<Response>>,
    /// The BYE that ended the connection, if it was that.
    pub farewell: Option<Arc<Response>>,
    /// What had come of the answer when the connection ended.
    pub rows: Gathered,
}

impl Outcome {
    pub fn answered(rc: imap_rc, name: Name, message: Option<String>, response: Option<Arc<Response>>) -> Outcome {
        Outcome {
            rc,
            name,
            message,
            errno: 0,
            response,
            farewell: None,
            rows: Gathered::default(),
        }
    }

    /// Done without asking the server.
    pub fn said(rc: imap_rc, message: &str) -> Outcome {
        Outcome::answered(rc, Name::new(b""), Some(message.to_owned()), None)
    }

    /// One line on what happened: most are never read, so it is worded only then.
    pub fn message(&self) -> Cow<'_, str> {
        match (&self.message, &self.response) {
            (Some(message), _) => Cow::Borrowed(message),
            (None, Some(answer)) => Cow::Owned(format!(
                "{}: {} {}",
                self.name.as_str(),
                answer.status().map_or("", |s| s.word()),
                printable(answer.status_text())
            )),
            (None, None) => Cow::Borrowed(self.name.as_str()),
        }
    }

    /// The oldest row that was not taken yet.
    pub fn take_row(&mut self) -> Option<Arc<Response>> {
        if let Some(row) = self.rows.pop_front() {
            return Some(row);
        }
        Arc::get_mut(self.response.as_mut()?)?.take_row()
    }

    pub fn failed(error: Error) -> Outcome {
        Outcome {
            rc: error.code,
            name: Name::new(b""),
            message: Some(error.message),
            errno: error.errno,
            response: None,
            farewell: None,
            rows: Gathered::default(),
        }
    }
}
