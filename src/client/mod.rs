//! A connection: the machine and a transport, options, events and the error slot. A blocking call submits a job and
//! loops over the non-blocking step; there is no second path.

mod auth;
mod commands;
mod events;
mod last;
mod literal_in;
mod literal_out;
pub mod options;
mod raw;
mod rows;
mod step;
mod wait;

use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_UNSUPPORTED, Result};
use crate::net::sys::{Wake, monotonic_ms, process_generation, unforeseeable_u64};
use crate::net::{CustomIo, TlsInfo, Transport};
pub use crate::proto::command::table::known;
use crate::proto::machine::Machine;
use crate::proto::machine::job::Request;
use crate::proto::machine::literal::LiteralInfo;
use crate::sasl::Mechanism;
pub use auth::Secrets;
pub use commands::Call;
pub use events::{Interest, Stepped};
use last::Last;
pub use literal_in::LiteralRead;
pub use literal_out::LiteralWritten;
use options::*;
pub use rows::Row;
use std::ffi::CString;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use step::Phase;
use wait::Flow;
pub use wait::{Stop, Wait};

/// When TLS begins. There is no "if the server offers it".
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_tls {
    /// With the first octet (port 993).
    IMAP_TLS_IMPLICIT = 0,
    /// With STARTTLS, before anything else is said (port 143). Without it the open fails.
    IMAP_TLS_STARTTLS = 1,
    /// Never, unless imap_starttls is called (port 143).
    IMAP_TLS_NONE = 2,
}
pub use imap_tls::*;

impl imap_tls {
    pub fn from_number(n: i32) -> Option<imap_tls> {
        [IMAP_TLS_IMPLICIT, IMAP_TLS_STARTTLS, IMAP_TLS_NONE]
            .into_iter()
            .find(|t| *t as i32 == n)
    }
}

/// What carries a connection.
pub enum Target {
    Host {
        host: String,
        port: u16,
    },
    Shell(String),
    Argv(Vec<CString>),
    Descriptors {
        read: RawFd,
        write: RawFd,
        close: bool,
        host: String,
        is_private: bool,
    },
    Functions {
        io: Box<dyn CustomIo>,
        host: String,
        is_private: bool,
    },
}

/// One connection.
pub struct Connection {
    machine: Machine,
    transport: Option<Transport>,
    phase: Phase,
    tls: imap_tls,
    /// The name certificates are checked against.
    server_name: Arc<str>,
    is_private: bool,
    options: Options,
    wake: Arc<Wake>,
    last: Last,
    /// On the system's clock, in milliseconds; all times here and in the machine are counted from then on.
    started_ms: u64,
    /// The time at the last look.
    now: u64,
    flow: Flow,
    started_wall_ms: i64,
    mechanism: Option<(u32, Box<dyn Mechanism>)>,
    generation: u64,
    /// No call waits.
    is_nonblock: bool,
    /// Commands are only queued.
    is_queueing: bool,
    /// Octets past the machine's output are to be written.
    wants_write: bool,
    /// The last APPEND that was written in pieces.
    append: Option<u32>,
    rare: Option<Box<Rare>>,
}

/// What few connections have, so that the others need no room for it.
#[derive(Default)]
struct Rare {
    /// Commands `xatom` has made known, with the states they were used in.
    known: Vec<(String, u8)>,
    /// What was read past the machine, lent to the caller.
    raw: Vec<u8>,
    tls_texts: Option<(CString, CString)>,
    /// What was read of a message from a descriptor and is not written yet.
    unsent: Vec<u8>,
    literal_info: Option<LiteralInfo>,
}

impl Connection {
    /// A connection that is not opened yet; the error is that the system has no random numbers.
    pub fn new(options: Options) -> Result<Connection> {
        let machine = Machine::new(options.limits(), options.times(), unforeseeable_u64()?);
        let options_nonblock = options.number(IMAP_OPT_NONBLOCK) != 0;
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_millis());
        let mut connection = Connection {
            machine,
            transport: None,
            phase: Phase::Connecting,
            tls: IMAP_TLS_IMPLICIT,
            server_name: Arc::from(""),
            is_private: false,
            options,
            wake: Arc::default(),
            last: Last::default(),
            started_ms: monotonic_ms(),
            now: 0,
            flow: Flow::default(),
            started_wall_ms: i64::try_from(wall).unwrap_or(0),
            mechanism: None,
            generation: process_generation(),
            is_nonblock: options_nonblock,
            is_queueing: false,
            wants_write: false,
            append: None,
            rare: None,
        };
        connection.apply_options();
        Ok(connection)
    }

    /// Begins to open; the job's outcome says how it ended. A failure leaves the error in the slot and the connection
    /// good for nothing else.
    pub fn open(&mut self, target: Target, tls: imap_tls) -> Result<u32> {
        let begun = self.begin(target, tls);
        if let Err(error) = &begun {
            self.fail(error.clone());
        }
        begun
    }

    fn begin(&mut self, target: Target, tls: imap_tls) -> Result<u32> {
        self.tls = tls;
        let (host, transport) = match target {
            Target::Host { host, port } => {
                let host: Arc<str> = host.into();
                let transport = Transport::tcp(Arc::clone(&host), port, &self.options.net())?;
                (if host.is_empty() { "localhost".into() } else { host }, transport)
            }
            Target::Shell(line) => ("".into(), Transport::shell(&line)?),
            Target::Argv(args) => ("".into(), Transport::argv(&args)?),
            Target::Descriptors {
                read,
                write,
                close,
                host,
                is_private,
            } => {
                self.is_private = is_private;
                (host.into(), Transport::fds(read, write, close)?)
            }
            Target::Functions { io, host, is_private } => {
                self.is_private = is_private;
                (host.into(), Transport::custom(io))
            }
        };
        // From here on the transport is the connection's: a failure closes it.
        let transport = self.transport.insert(transport);
        self.server_name = self.options.text(IMAP_OPT_TLS_SERVER_NAME).map_or(host, Arc::from);
        if tls != IMAP_TLS_NONE {
            if self.server_name.is_empty() {
                return Err(Error::new(
                    IMAP_ERR_ARGUMENT,
                    "TLS over this connection needs a name to check the certificate against: give a host or TLS_SERVER_NAME",
                ));
            }
            // Wrong files are told before anything is connected.
            self.options.tls()?;
        }
        let connect_ms = self.options.times().connect_ms;
        if connect_ms > 0 {
            transport.set_connect_deadline(Instant::now().checked_add(std::time::Duration::from_millis(connect_ms)));
        }
        let now = self.now_ms();
        self.machine.submit(
            Request::Open {
                starttls: tls == IMAP_TLS_STARTTLS,
            },
            now,
        )
    }

    /// Notes an error that ends the connection before anything was said.
    pub fn fail(&mut self, error: Error) {
        self.last.set_error(&error);
        self.machine.fail(error);
        self.machine.end_is_told();
        self.close_transport();
    }

    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// How deep values are read.
    pub fn max_depth(&self) -> usize {
        self.machine.limits.max_depth
    }

    pub fn last(&self) -> &Last {
        &self.last
    }

    pub fn last_mut(&mut self) -> &mut Last {
        &mut self.last
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    pub fn wake(&self) -> &Arc<Wake> {
        &self.wake
    }

    /// The process that opened it is this one.
    pub fn is_own_process(&self) -> bool {
        self.generation == process_generation()
    }

    pub fn fd(&self) -> Option<RawFd> {
        self.transport.as_ref().and_then(Transport::fd)
    }

    pub fn tls_info(&self) -> Option<&TlsInfo> {
        self.transport.as_ref().and_then(Transport::tls_info)
    }

    /// Version and cipher as C strings.
    pub fn tls_texts(&mut self) -> Option<(&CString, &CString)> {
        let info = self.transport.as_ref().and_then(Transport::tls_info)?;
        let texts = &mut self.rare.get_or_insert_default().tls_texts;
        if texts.is_none() {
            let version = CString::new(info.version.as_str()).ok()?;
            *texts = Some((version, CString::new(info.cipher.as_str()).ok()?));
        }
        texts.as_ref().map(|(v, c)| (v, c))
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    pub fn transport_mut(&mut self) -> Option<&mut Transport> {
        self.transport.as_mut()
    }

    /// Changes a number option of the open connection.
    pub fn set_int(&mut self, option: i32, value: i64) -> Result<()> {
        let known = self.options.get_int(option).map(drop);
        self.change(option, known, |options| options.set_int(option, value))
    }

    /// Changes a text option of the open connection.
    pub fn set_text(&mut self, option: i32, value: Option<CString>) -> Result<()> {
        let known = self.options.get_text(option).map(drop);
        self.change(option, known, |options| options.set_text(option, value))
    }

    fn change(&mut self, option: i32, known: Result<()>, set: impl FnOnce(&mut Options) -> Result<()>) -> Result<()> {
        known?;
        if !Options::is_live(option) {
            return Err(Error::new(
                IMAP_ERR_UNSUPPORTED,
                format!("option {option} cannot change on an open connection"),
            ));
        }
        set(&mut self.options)?;
        self.apply_options();
        Ok(())
    }

    /// Tells the machine what the options say.
    fn apply_options(&mut self) {
        let (options, machine) = (&self.options, &mut self.machine);
        machine.limits = options.limits();
        machine.times = options.times();
        machine.trace.level = options.number(IMAP_OPT_TRACE_LEVEL) as u32;
        machine.trace.set_keep(options.number(IMAP_OPT_TRACE_KEEP) as usize);
        machine.allow_plaintext = options.number(IMAP_OPT_ALLOW_PLAINTEXT_AUTH) != 0;
        let (min, items) = options.streaming();
        machine.set_streaming(min, items);
    }

    /// Trace line `i`: its octets (a NUL behind them) and the wall time in milliseconds.
    pub fn trace_line(&mut self, i: usize) -> Option<(&[u8], i64)> {
        let started = self.started_wall_ms;
        let (text, at_ms) = self.machine.trace.get(i)?;
        Some((text, started.saturating_add(i64::try_from(at_ms).unwrap_or(0))))
    }

    /// Closes at once and says nothing to the server.
    pub fn shutdown(&mut self) {
        self.machine.close();
        self.close_transport();
    }

    /// Closes what carries a connection that the machine is done with. That may be found where nothing is read or written: in
    /// what had been received before.
    pub fn close_if_over(&mut self) {
        if self.machine.wants_close() && self.phase != Phase::Closed {
            self.close_transport();
        }
    }

    /// What the server says has come to its end. Closing comes first: only then is known how a program ended that it was.
    pub(super) fn peer_ended(&mut self, now_ms: u64) {
        self.close_transport();
        let program = self.transport.as_mut().and_then(|t| t.failed_program());
        self.machine.ended(now_ms, program.as_deref());
    }

    fn close_transport(&mut self) {
        if let Some(transport) = &mut self.transport {
            transport.close();
        }
        self.phase = Phase::Closed;
    }

    pub(super) fn now_ms(&self) -> u64 {
        monotonic_ms().saturating_sub(self.started_ms)
    }
}
