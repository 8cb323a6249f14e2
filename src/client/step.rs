//! The step that moves a connection on without waiting. Whatever the job, the octets pass here: connect, handshake, write,
//! read, deadlines. Who waits in between is in `wait`.

use super::{Connection, IMAP_TLS_IMPLICIT};
use crate::error::*;
use crate::net::{Progress, Received, Transport};
use std::time::Instant;

/// How far the transport is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Connecting,
    /// TLS; the machine is told when it stands, if it asked for it.
    Handshake {
        told: bool,
    },
    Up,
    Closed,
}
/// Reads and writes in one step: a peer that never pauses must not keep a finished call from returning.
pub(super) const MOVES: usize = 64;
impl Connection {
    /// How long reads of a caller's function without a descriptor may wait from now on.
    pub(super) fn let_reads_wait(&mut self, ms: i32) {
        if let Some(transport) = &mut self.transport {
            transport.set_read_wait(ms);
        }
    }

    /// Moves on as far as possible without waiting. `readable`: the descriptor was seen ready.
    pub(super) fn step(&mut self, readable: bool) {
        self.let_reads_wait(0);
        self.now = self.now_ms();
        self.step_now(readable);
    }

    /// The same when the time has just been looked at.
    pub(super) fn step_now(&mut self, readable: bool) {
        let mut readable = readable;
        if self.machine.has_unread() {
            self.machine.read_on();
        }
        for _ in 0..MOVES {
            let moved = if self.phase == Phase::Up {
                self.exchange(readable)
            } else {
                self.drive()
            };
            self.machine.count_time(self.now);
            let is_special = self.mechanism.is_some() || self.machine.is_special(self.now);
            let goes_on_anyhow = is_special && self.see_to_special();
            // What arrives in the meantime is found by the next poll, but a read that was full left something behind.
            readable = readable && moved && self.has_more_to_read();
            if !(readable || goes_on_anyhow || moved && self.can_go_on()) {
                return;
            }
            self.now = self.now_ms();
        }
    }

    /// What few steps have to do beside moving octets. True if there is more to do at once.
    #[inline(never)]
    fn see_to_special(&mut self) -> bool {
        let begins_tls = self.machine.wants_tls() && self.phase == Phase::Up;
        if begins_tls {
            self.begin_tls(true);
        }
        if self.machine.is_late(self.now) {
            self.machine.tick(self.now);
        }
        self.close_if_over();
        self.answer_by_mechanism() || begins_tls
    }

    /// The last read took all that there was room for, and the next one cannot wait.
    fn has_more_to_read(&self) -> bool {
        self.phase == Phase::Up
            && self.machine.read_was_full()
            && !self.machine.has_front()
            && !self.transport.as_ref().is_none_or(Transport::may_block)
    }

    /// There is something to do that need not wait for a descriptor.
    fn can_go_on(&self) -> bool {
        let is_up = self.phase == Phase::Up;
        !is_up || self.machine.has_output() || self.transport.as_ref().is_some_and(Transport::has_buffered)
    }

    /// Connecting and handshakes.
    #[inline(never)]
    fn drive(&mut self) -> bool {
        if self.phase == Phase::Closed {
            return false;
        }
        let Some(transport) = &mut self.transport else {
            return false;
        };
        match transport.drive(Instant::now()) {
            Ok(Progress::Pending) => false,
            Ok(Progress::Ready) => {
                self.driven();
                true
            }
            Err(error) => {
                self.machine.fail(error);
                true
            }
        }
    }

    fn driven(&mut self) {
        match self.phase {
            Phase::Connecting => {
                self.machine.secure = self.is_private || self.transport.as_ref().is_some_and(Transport::is_local);
                self.phase = Phase::Up;
                if self.tls == IMAP_TLS_IMPLICIT {
                    self.begin_tls(false);
                } else {
                    self.machine.hears_port = self.transport.as_ref().is_some_and(Transport::has_port);
                }
            }
            Phase::Handshake { told } => {
                self.phase = Phase::Up;
                self.machine.secure = true;
                if told {
                    let now = self.now_ms();
                    self.machine.tls_ready(now);
                }
            }
            Phase::Up | Phase::Closed => {}
        }
    }

    fn begin_tls(&mut self, told: bool) {
        let begun = self.options.tls().and_then(|tls| match &mut self.transport {
            Some(transport) => transport.start_tls(&self.server_name, &tls),
            None => Err(Error::new(IMAP_ERR_CLOSED, "the connection is closed")),
        });
        match begun {
            Ok(()) => self.phase = Phase::Handshake { told },
            Err(error) => {
                self.machine.fail(error);
                self.close_transport();
            }
        }
    }

    /// Writes what is to be written, reads what is there. True if anything moved.
    fn exchange(&mut self, readable: bool) -> bool {
        let wrote = self.flush();
        let Some(transport) = &self.transport else { return false };
        // What waits for the caller is taken before more is read.
        let may_read = !self.machine.has_front() && (readable || transport.has_buffered());
        let read = may_read && self.receive();
        wrote || read
    }

    #[inline]
    pub(super) fn flush(&mut self) -> bool {
        self.machine.has_output() && self.write()
    }

    fn write(&mut self) -> bool {
        let now = self.now;
        let Some(transport) = &mut self.transport else {
            return false;
        };
        match transport.write(self.machine.output()) {
            Ok(Some(n)) => {
                self.machine.sent(n, now);
                true
            }
            Ok(None) => false,
            Err(error) => {
                self.write_failed(error);
                true
            }
        }
    }

    /// The server may have said why before it hung up.
    #[cold]
    pub(super) fn write_failed(&mut self, error: Error) {
        self.let_reads_wait(0);
        for _ in 0..MOVES {
            if !self.receive() {
                break;
            }
        }
        self.machine.fail(error);
    }

    pub(super) fn receive(&mut self) -> bool {
        let now = self.now;
        let Some(transport) = &mut self.transport else {
            return false;
        };
        if self.machine.dead().is_some() || transport.is_closed() {
            return false;
        }
        let received = self.machine.space().and_then(|space| transport.read(space));
        match received {
            Ok(Received::Octets(n)) => {
                self.flow.took(n);
                self.machine.received(n, now);
                true
            }
            Ok(Received::Again) => {
                self.flow.stopped();
                false
            }
            Ok(Received::Eof) => {
                self.peer_ended(now);
                true
            }
            Err(error) => {
                self.machine.fail(error);
                true
            }
        }
    }
}
