//! Connecting over TCP. In: host, port, options. Out: a connected socket, or one error that tells of every address tried.
//!
//! The addresses are tried in turn, each with a fair share of the time that is left; nothing here waits.

use super::options::NetOptions;
use super::resolve::{self, Lookup, Resolved};
use super::sys::{self, Descriptor, PollSet};
use crate::error::{Error, IMAP_ERR_RESOLVE, IMAP_ERR_SYSTEM, Result, reason};
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// The share of one address when no time limit is known and others wait behind it.
const SHARE_WITHOUT_LIMIT: Duration = Duration::from_secs(20);

pub struct Connecting {
    host: String,
    port: u16,
    local: Option<IpAddr>,
    keepalive: bool,
    lookup: Option<Lookup>,
    waiting: VecDeque<SocketAddr>,
    attempt: Option<Attempt>,
    failures: Vec<(SocketAddr, i32)>,
    deadline: Option<Instant>,
}

/// One address being connected to.
struct Attempt {
    socket: Descriptor,
    addr: SocketAddr,
    give_up: Option<Instant>,
}

/// A connected socket, and whether its other end is this machine.
pub struct Connected {
    pub socket: Descriptor,
    pub is_local: bool,
}

impl Connecting {
    pub fn begin(host: &str, port: u16, options: &NetOptions) -> Result<Connecting> {
        let local = match &options.local_addr {
            Some(text) => Some(resolve::numeric_option("LOCAL_ADDR", text, 0)?.ip()),
            None => None,
        };
        let resolved = match &options.connect_addr {
            Some(text) => {
                let addr = resolve::numeric_option("CONNECT_ADDR", text, port)?;
                Resolved::Addresses(resolve::chosen(text, vec![addr], options.family)?)
            }
            None => resolve::resolve(host, port, options.family, options.resolve_inline)?,
        };
        let mut connecting = Connecting {
            host: if host.is_empty() {
                "localhost".to_owned()
            } else {
                host.to_owned()
            },
            port,
            local,
            keepalive: options.keepalive,
            lookup: None,
            waiting: VecDeque::new(),
            attempt: None,
            failures: Vec::new(),
            deadline: None,
        };
        match resolved {
            Resolved::Addresses(addresses) => connecting.take_addresses(addresses)?,
            Resolved::Later(lookup) => connecting.lookup = Some(lookup),
        }
        Ok(connecting)
    }

    /// The time by which the connection shall stand; it is shared out among the addresses.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// Goes on as far as it can; `None` while there is something to wait for.
    pub fn step(&mut self, now: Instant) -> Result<Option<Connected>> {
        if let Some(lookup) = &mut self.lookup {
            match lookup.poll() {
                None => return Ok(None),
                Some(answer) => {
                    self.lookup = None;
                    self.take_addresses(answer?)?;
                }
            }
        }
        loop {
            if let Some(attempt) = self.attempt.take() {
                match attempt.state(now) {
                    Ok(true) => {
                        let is_local = attempt.addr.ip().to_canonical().is_loopback();
                        return Ok(Some(Connected {
                            socket: attempt.socket,
                            is_local,
                        }));
                    }
                    Ok(false) => {
                        self.attempt = Some(attempt);
                        return Ok(None);
                    }
                    Err(errno) => self.failures.push((attempt.addr, errno)),
                }
            }
            let Some(addr) = self.waiting.pop_front() else {
                return Err(self.failure());
            };
            match self.start(addr, now) {
                Ok(attempt) => self.attempt = Some(attempt),
                Err(e) => self.failures.push((addr, e.raw_os_error().unwrap_or(libc::EIO))),
            }
        }
    }

    pub fn add_interest(&self, set: &mut PollSet) {
        if let Some(lookup) = &self.lookup {
            set.add(lookup.fd(), libc::POLLIN);
        }
        if let Some(attempt) = &self.attempt {
            set.add(attempt.socket.fd(), libc::POLLOUT);
        }
    }

    /// When the address being tried gives way to the next.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.attempt.as_ref().and_then(|a| a.give_up)
    }

    /// What to wait for: the socket, or the descriptor that tells of the resolver's answer.
    pub fn fd(&self) -> Option<RawFd> {
        let lookup = self.lookup.as_ref().map(Lookup::fd);
        self.attempt.as_ref().map(|a| a.socket.fd()).or(lookup)
    }

    fn take_addresses(&mut self, addresses: Vec<SocketAddr>) -> Result<()> {
        let fits = |a: &SocketAddr| self.local.is_none_or(|local| local.is_ipv4() == a.is_ipv4());
        self.waiting = addresses.into_iter().filter(fits).collect();
        if self.waiting.is_empty() {
            let message = format!("host '{}' has no address of the same family as LOCAL_ADDR", self.host);
            return Err(Error::new(IMAP_ERR_RESOLVE, message));
        }
        Ok(())
    }

    fn start(&self, addr: SocketAddr, now: Instant) -> std::io::Result<Attempt> {
        let socket = sys::new_socket(&addr)?;
        // Comfort, not correctness: a connection without these still works.
        let _ = sys::set_nodelay(socket.fd());
        if self.keepalive {
            let _ = sys::set_keepalive(socket.fd());
        }
        if let Some(local) = self.local {
            sys::bind(socket.fd(), local)?;
        }
        sys::connect(socket.fd(), &addr)?;
        Ok(Attempt {
            socket,
            addr,
            give_up: self.share(now),
        })
    }

    /// Until when one address may take, if others wait behind it.
    fn share(&self, now: Instant) -> Option<Instant> {
        let others = u32::try_from(self.waiting.len()).ok().filter(|n| *n > 0)?;
        let share = match self.deadline {
            Some(deadline) => deadline.saturating_duration_since(now) / others.saturating_add(1),
            None => SHARE_WITHOUT_LIMIT,
        };
        now.checked_add(share)
    }

    fn failure(&self) -> Error {
        let mut tried: Vec<String> = Vec::new();
        for (addr, errno) in &self.failures {
            tried.push(format!("{}: {}", addr.ip(), reason(*errno)));
        }
        let errno = self
            .failures
            .iter()
            .map(|(_, e)| *e)
            .min_by_key(|e| rank(*e))
            .unwrap_or(libc::EHOSTUNREACH);
        let (host, port, tried) = (&self.host, self.port, tried.join("; "));
        let message = format!("cannot connect to {host} port {port}: {tried}{}", advice(errno));
        Error {
            code: IMAP_ERR_SYSTEM,
            message,
            errno,
        }
    }
}

impl Attempt {
    /// True once connected, errno if that has failed.
    fn state(&self, now: Instant) -> std::result::Result<bool, i32> {
        let fd = self.socket.fd();
        // Only a connected socket has an other end: usually the one question that is needed.
        if let Ok((_, theirs)) = sys::peer_address(fd) {
            return if is_own_echo(fd, theirs) {
                Err(libc::ECONNREFUSED)
            } else {
                Ok(true)
            };
        }
        let mut set = PollSet::new();
        set.add(fd, libc::POLLOUT);
        // An error of poll itself shows again in the socket's own state.
        let _ = set.wait(Some(Duration::ZERO));
        if set.revents(fd) == 0 {
            return if self.give_up.is_some_and(|t| now >= t) {
                Err(libc::ETIMEDOUT)
            } else {
                Ok(false)
            };
        }
        match sys::socket_error(fd) {
            Ok(0) => match sys::peer_address(fd) {
                Ok((_, theirs)) if is_own_echo(fd, theirs) => Err(libc::ECONNREFUSED),
                Ok(_) => Ok(true),
                Err(e) => Err(e.raw_os_error().unwrap_or(libc::ENOTCONN)),
            },
            Ok(errno) => Err(errno),
            Err(e) => Err(e.raw_os_error().unwrap_or(libc::EIO)),
        }
    }
}

/// TCP can connect a local port in the ephemeral range to itself when nobody listens there.
pub(super) fn is_own_echo(fd: RawFd, theirs: Option<SocketAddr>) -> bool {
    theirs.is_some() && matches!(sys::local_address(fd), Ok((_, ours)) if ours == theirs)
}

/// Which of several failures says most about the server: one that it gave itself, then one of the way to it, then ours.
fn rank(errno: i32) -> u8 {
    match errno {
        libc::ECONNREFUSED => 0,
        libc::ECONNRESET => 1,
        libc::EACCES | libc::EPERM => 2,
        libc::ETIMEDOUT => 3,
        libc::EHOSTUNREACH => 4,
        libc::ENETUNREACH => 5,
        libc::EAFNOSUPPORT => 8,
        libc::EADDRNOTAVAIL => 7,
        _ => 6,
    }
}

fn advice(errno: i32) -> &'static str {
    match errno {
        libc::ECONNREFUSED => " (is the server running, and is the port right?)",
        libc::ETIMEDOUT => " (does a firewall drop this port?)",
        libc::EHOSTUNREACH | libc::ENETUNREACH => " (check the network)",
        libc::EADDRNOTAVAIL => " (is LOCAL_ADDR an address of this machine?)",
        _ => "",
    }
}
