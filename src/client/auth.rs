//! AUTHENTICATE from the caller's side: by a mechanism of the library, or by answers of the caller's own.

use super::{Call, Connection};
use crate::codec::quote;
use crate::codec::secret::Secret;
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};
use crate::proto::machine::job::Request;
use crate::sasl::{self, Credentials};

/// Who logs in.
pub struct Secrets<'a> {
    pub authzid: Option<&'a [u8]>,
    pub user: &'a [u8],
    pub password: &'a [u8],
}

impl Connection {
    /// Begins AUTHENTICATE with a mechanism of the library.
    pub fn authenticate(&mut self, mechanism: &str, who: &Secrets<'_>) -> Call {
        let credentials = Credentials {
            authzid: who.authzid.map(<[u8]>::to_vec),
            user: who.user.to_vec(),
            secret: Secret::from(who.password),
        };
        let mut mechanism = sasl::mechanism(mechanism, credentials)?;
        let name = mechanism.name().to_owned();
        let request = Request::Authenticate {
            clear: sasl::is_clear(&name),
            initial: mechanism.first(),
            mechanism: name,
        };
        let id = self.submit(request)?;
        self.mechanism = Some((id, mechanism));
        Ok(id)
    }

    /// Begins AUTHENTICATE; each challenge is the caller's to answer.
    pub fn authenticate_by_caller(&mut self, mechanism: &str, initial: Option<&[u8]>) -> Call {
        if !quote::is_atom(mechanism.as_bytes()) {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("AUTHENTICATE: {mechanism:?} is no name of a mechanism; nothing was sent"),
            ));
        }
        let mechanism = mechanism.to_ascii_uppercase();
        let clear = sasl::is_clear(&mechanism);
        self.submit(Request::Authenticate {
            mechanism,
            initial: initial.map(Secret::from),
            clear,
        })
    }

    /// The job whose challenge the caller has to answer.
    pub fn challenged(&self) -> Option<u32> {
        let id = self.machine.challenged()?;
        let is_answered = self.mechanism.as_ref().is_some_and(|(job, _)| *job == id);
        (!is_answered).then_some(id)
    }

    /// Answers the challenge; `None` cancels the exchange.
    pub fn reply(&mut self, id: u32, reply: Option<&[u8]>) -> Result<()> {
        let reply = reply.map(Secret::from);
        let now = self.now_ms();
        self.machine.reply(id, reply.as_ref(), None, now)
    }

    /// True if a mechanism of the library answered (or cancelled) the challenge that waits.
    pub(super) fn answer_by_mechanism(&mut self) -> bool {
        let Some((id, mechanism)) = &mut self.mechanism else {
            return false;
        };
        let id = *id;
        let Some(challenge) = self.machine.challenge(id) else {
            return false;
        };
        let answer = mechanism.step(challenge.as_slice());
        let (reply, why) = match answer {
            Ok(reply) => (Some(reply), None),
            Err(error) => (None, Some(error.message)),
        };
        let now = self.now_ms();
        self.machine.reply(id, reply.as_ref(), why, now).is_ok()
    }

    pub(super) fn forget_mechanism(&mut self, id: u32) {
        if self.mechanism.as_ref().is_some_and(|(job, _)| *job == id) {
            self.mechanism = None;
        }
    }
}
