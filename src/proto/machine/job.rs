//! A job: one call that talks, from its submission to its outcome. Most are one command; opening, STARTTLS,
//! AUTHENTICATE and ENABLE have steps. A job has at most one command on the wire.

use super::append::Append;
use super::idle::Idle;
use super::key::Key;
use super::tag::Tag;
pub use super::verb::{Shows, Verb};
use crate::codec::secret::Secret;
use crate::proto::command::encode::{Piece, Wire};
use crate::proto::command::table::{self, Command, imap_state, imap_state::*};
use crate::proto::response::{Response, View};
use crate::proto::rows::Gathered;
use std::collections::VecDeque;
use std::sync::Arc;

/// What is asked of the machine.
pub enum Request<'a> {
    /// Wait for the greeting, switch to TLS if asked, learn the capabilities.
    Open {
        starttls: bool,
    },
    /// One command, encoded; without a wire it is the name alone.
    Command {
        verb: Verb,
        view: Shows,
        wire: Option<Wire<'a>>,
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
        wire: Wire<'a>,
    },
    Idle,
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
    /// The output's total when all that may leave now has left: the whole command, or up to a literal's header.
    pub mark: u64,
    pub tag: Tag,
    pub purpose: Purpose,
    /// A part of it waits behind a literal's header, in `More::rest`.
    pub has_rest: bool,
    /// A continuation is due.
    pub waits: bool,
    pub secret: bool,
    /// More of it comes from the caller.
    pub is_open: bool,
}

impl Exchange {
    /// All of it has left; `sent` is the output's total.
    pub fn is_sent(&self, sent: u64) -> bool {
        !self.has_rest && !self.is_open && self.mark > 0 && sent >= self.mark
    }
}

/// The part of a command that is not yet handed to the output.
#[derive(Default)]
pub struct Rest {
    pub pieces: VecDeque<Piece<'static>>,
    pub secret: bool,
}

impl Drop for Rest {
    fn drop(&mut self) {
        if self.secret {
            self.pieces.iter_mut().for_each(Piece::wipe);
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
#[derive(Default)]
pub enum Task {
    #[default]
    Command,
    Open {
        starttls: bool,
    },
    StartTls,
    Authenticate(Box<Auth>),
    Recent,
    Append(Append),
    Idle(Idle),
}

/// One job. There may be many thousands: what only few of them have stands in `more`.
pub struct Job {
    pub id: u32,
    pub phase: Phase,
    pub shows: Shows,
    /// Its rows are taken one by one as they arrive.
    pub is_pulled: bool,
    /// Nobody wants its answer.
    pub is_discarded: bool,
    /// The capabilities were asked for in this job already.
    pub asked: bool,
    /// ENABLE names UTF8=ACCEPT.
    pub asks_utf8: bool,
    pub verb: Verb,
    pub exchange: Option<Exchange>,
    more: Option<Box<More>>,
}

/// What only few jobs have.
#[derive(Default)]
pub struct More {
    pub task: Task,
    /// What waits for the job's turn.
    pub wire: Option<Wire<'static>>,
    pub rest: Rest,
    /// What tells its answers from others', until it is on the wire.
    pub key: Option<Key>,
    pub deadline_ms: Option<u64>,
    pub rows: Gathered,
    pub status_lines: usize,
    /// The answer to be handed out when the later steps are done.
    pub answer: Option<Box<Response>>,
}

// The queue is to stay small with thousands of commands in it.
const _: () = assert!(size_of::<Job>() <= 64);

impl Job {
    pub fn new(id: u32, verb: Verb, shows: Shows, task: Task) -> Job {
        let is_open = matches!(task, Task::Open { .. });
        let more = match task {
            Task::Command => None,
            task => Some(Box::new(More {
                task,
                ..More::default()
            })),
        };
        Job {
            id,
            phase: if is_open { Phase::Greeting } else { Phase::Queued },
            shows,
            is_pulled: false,
            is_discarded: false,
            asked: false,
            asks_utf8: false,
            verb,
            exchange: None,
            more,
        }
    }

    /// It has nothing but its command: no steps, no rows, no limit of time.
    pub fn is_plain(&self) -> bool {
        self.more.is_none()
    }

    pub fn more(&self) -> Option<&More> {
        self.more.as_deref()
    }

    pub fn more_mut(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    pub fn task(&self) -> &Task {
        self.more.as_ref().map_or(&Task::Command, |m| &m.task)
    }

    pub fn auth_mut(&mut self) -> Option<&mut Auth> {
        match &mut self.more.as_mut()?.task {
            Task::Authenticate(auth) => Some(auth),
            _ => None,
        }
    }

    /// Of an AUTHENTICATE that was given up: the beginning of an error, with the reason.
    pub fn cancelled(&self) -> Option<String> {
        match self.task() {
            Task::Authenticate(auth) => {
                let why = auth.cancelled.as_ref()?;
                Some(format!("AUTHENTICATE {}: {why}", auth.mechanism))
            }
            _ => None,
        }
    }

    pub fn append_mut(&mut self) -> Option<&mut Append> {
        match &mut self.more.as_mut()?.task {
            Task::Append(append) => Some(append),
            _ => None,
        }
    }

    pub fn idle(&self) -> Option<&Idle> {
        match self.task() {
            Task::Idle(idle) => Some(idle),
            _ => None,
        }
    }

    pub fn idle_mut(&mut self) -> Option<&mut Idle> {
        match &mut self.more.as_mut()?.task {
            Task::Idle(idle) => Some(idle),
            _ => None,
        }
    }

    pub fn rows(&self) -> &Gathered {
        static NONE: Gathered = Gathered::new();
        self.more.as_ref().map_or(&NONE, |m| &m.rows)
    }

    pub fn take_row(&mut self) -> Option<Arc<Response>> {
        self.more.as_mut()?.rows.pop_front()
    }

    pub fn take_rows(&mut self) -> Gathered {
        self.more
            .as_mut()
            .map(|m| std::mem::take(&mut m.rows))
            .unwrap_or_default()
    }

    /// What cannot leave yet of the command on the wire.
    pub fn keep_rest(&mut self, pieces: VecDeque<Piece<'_>>) {
        let Some(exchange) = self.exchange.as_mut().filter(|_| !pieces.is_empty()) else {
            return;
        };
        exchange.has_rest = true;
        let secret = exchange.secret;
        self.more_mut().rest = Rest {
            pieces: pieces.into_iter().map(Piece::into_owned).collect(),
            secret,
        };
    }

    pub fn wire(&self) -> Option<&Wire<'static>> {
        self.more.as_ref()?.wire.as_ref()
    }

    pub fn key(&self) -> Option<&Key> {
        self.more.as_ref()?.key.as_ref()
    }

    pub fn take_key(&mut self) -> Option<Key> {
        self.more.as_mut()?.key.take()
    }

    pub fn deadline_ms(&self) -> Option<u64> {
        self.more.as_ref()?.deadline_ms
    }

    /// What the command on the wire for this purpose expects.
    pub fn expects(&self, purpose: Purpose) -> u64 {
        use crate::proto::response::name::Data;
        const CAPABILITY: &Command = table::known("CAPABILITY");
        match (purpose, self.task()) {
            (Purpose::Capability, _) => CAPABILITY.expects,
            (Purpose::StartTls | Purpose::Poll, _) => 0,
            (Purpose::Main, Task::Recent) => self.verb.expects() | Data::Recent.bit(),
            (Purpose::Main, _) => self.verb.expects() | self.key().map_or(0, Key::asks_too),
        }
    }

    pub fn view(&self) -> View {
        self.shows.view(&self.verb)
    }

    /// The state that holds when the job has succeeded, if it is another one.
    pub fn state_after(&self) -> Option<imap_state> {
        match self.verb.command()? {
            // All of these are barriers.
            c if !c.has(table::BARRIER) => None,
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
        let is_handed_out = self.shows.rows_of(&self.verb) == Some(row.name().as_str());
        !is_handed_out || self.verb.has(table::SELECTS)
    }
}
