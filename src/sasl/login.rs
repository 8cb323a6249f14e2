//! LOGIN (draft-murchison-sasl-login): the server asks twice, the first answer is the user name, the second the
//! password. The prompts are told apart by their order, since their texts differ between servers. The password goes to
//! the server as it is.

use super::{Credentials, Mechanism, no_more, refuse_authzid};
use crate::codec::secret::Secret;
use crate::error::Result;

pub(super) const NAME: &str = "LOGIN";

pub(super) struct Login {
    /// None once sent.
    user: Option<Secret>,
    password: Option<Secret>,
}

impl Login {
    pub(super) fn new(credentials: Credentials) -> Result<Login> {
        refuse_authzid(NAME, &credentials)?;
        Ok(Login {
            user: Some(Secret::from(credentials.user.as_slice())),
            password: Some(credentials.secret),
        })
    }
}

impl Mechanism for Login {
    fn name(&self) -> &'static str {
        NAME
    }

    fn first(&mut self) -> Option<Secret> {
        None
    }

    fn step(&mut self, _challenge: &[u8]) -> Result<Secret> {
        self.user.take().or_else(|| self.password.take()).ok_or_else(no_more)
    }
}
