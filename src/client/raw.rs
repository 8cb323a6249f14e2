//! imaplib's send, readline and read: octets past the machine, between commands, with its buffer, limits and deadline.

use super::Connection;
use super::options::*;
use super::wait::Paused;
use crate::error::*;
use crate::net::Received;

impl Connection {
    /// Sends octets as they are, all of them.
    pub fn raw_send(&mut self, octets: &[u8]) -> Result<()> {
        self.machine.put_raw(octets)?;
        self.raw_until("send", |c, _| {
            if c.machine.has_output() {
                c.step(false);
            }
            // Of a connection that has ended nothing is left to be sent.
            if let Some(dead) = c.machine.dead() {
                return Err(dead.clone());
            }
            Ok((!c.machine.has_output()).then(Vec::new))
        })
        .map(|_| ())
    }

    /// One line with its CRLF; borrowed until the next call that talks.
    pub fn raw_readline(&mut self) -> Result<&[u8]> {
        let line = self.raw_until("readline", |c, readable| {
            c.raw_receive(readable)?;
            c.machine.take_raw_line()
        })?;
        let raw = &mut self.rare().raw;
        *raw = line;
        Ok(raw)
    }

    /// Exactly `n` octets; borrowed until the next call that talks.
    pub fn raw_read(&mut self, n: usize) -> Result<&[u8]> {
        let limit = usize::try_from(self.options.number(IMAP_OPT_MAX_LITERAL)).unwrap_or(0);
        if limit > 0 && n > limit {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("read: {n} octets are more than MAX_LITERAL ({limit})"),
            ));
        }
        // They are taken only when all are here: an interrupted call loses none.
        let octets = self.raw_until("read", |c, readable| {
            c.raw_receive(readable)?;
            c.machine.take_raw(n)
        })?;
        let raw = &mut self.rare().raw;
        *raw = octets;
        Ok(raw)
    }

    fn raw_receive(&mut self, readable: bool) -> Result<()> {
        let Some(transport) = &mut self.transport else {
            return Err(gone());
        };
        if !readable && !transport.has_buffered() {
            return Ok(());
        }
        let space = self.machine.space()?;
        match transport.read(space)? {
            Received::Octets(n) => {
                self.machine.received_raw(n);
                Ok(())
            }
            Received::Again => Ok(()),
            Received::Eof => Err(Error::new(IMAP_ERR_CLOSED, "the server closed the connection")),
        }
    }

    /// Repeats until there is a value; the stall limit holds, a failure ends the connection.
    fn raw_until(
        &mut self,
        what: &str,
        mut attempt: impl FnMut(&mut Connection, bool) -> Result<Option<Vec<u8>>>,
    ) -> Result<Vec<u8>> {
        let limits = [IMAP_OPT_STALL_TIMEOUT_MS, IMAP_OPT_CALL_TIMEOUT_MS];
        let limit = limits
            .iter()
            .map(|o| self.options.number(*o))
            .filter(|ms| *ms > 0)
            .min();
        self.now = self.now_ms();
        let until = limit.map(|ms| self.now.saturating_add(ms as u64).saturating_add(1));
        let (mut readable, mut over) = (false, false);
        loop {
            match attempt(self, readable) {
                Ok(Some(value)) => return Ok(value),
                Ok(None) if over => {
                    let error = Error {
                        errno: libc::ETIMEDOUT,
                        ..Error::new(
                            IMAP_ERR_TIMEOUT,
                            format!("{what}: not done within {} ms; connection closed", limit.unwrap_or(0)),
                        )
                    };
                    self.fail(error.clone());
                    return Err(error);
                }
                Ok(None) => {}
                Err(error) => {
                    if error.code != IMAP_ERR_STATE {
                        self.fail(error.clone());
                    }
                    return Err(error);
                }
            }
            self.now = self.now_ms();
            match self.pause(until) {
                Paused::Readable(is) => readable = is,
                // What is here already is still read, once.
                Paused::Over(is) => (readable, over) = (is, true),
                Paused::Interrupted => {
                    return Err(Error::new(IMAP_ERR_INTERRUPTED, format!("{what}: a signal arrived")));
                }
                Paused::Woken => return Err(Error::new(IMAP_ERR_WOKEN, format!("{what}: imap_wakeup was called"))),
            }
        }
    }
}

fn gone() -> Error {
    Error::new(IMAP_ERR_CLOSED, "the connection is closed")
}
