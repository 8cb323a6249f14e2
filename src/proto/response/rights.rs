//! ACL, LISTRIGHTS and MYRIGHTS (RFC 4314, 3.6 to 3.8). In: the values of one line. Out: where identifiers and rights
//! stand. What the letters mean is left to the reader. The optional groups of LISTRIGHTS are `words`.

use super::arguments;
use super::name::Data;
use crate::proto::tree::{ROOT, Values};

/// Who may do what; 0 for what is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    pub identifier: u32,
    pub rights: u32,
    pub malformed: bool,
}

/// One's own rights of MYRIGHTS; identifier and required rights of LISTRIGHTS.
pub fn read(values: Values<'_>, data: Data) -> Option<Grant> {
    let mailbox = arguments::first(values);
    let next = values.next(mailbox);
    let (identifier, rights) = match data {
        Data::MyRights => (0, next),
        Data::ListRights => (next, values.next(next)),
        _ => return None,
    };
    let malformed = values.word(mailbox).is_none()
        || values.word(rights).is_none()
        || data == Data::MyRights && values.next(rights) != 0;
    Some(Grant {
        identifier,
        rights,
        malformed,
    })
}

/// The entry of an ACL behind the cursor, which moves on.
pub fn next(values: Values<'_>, cursor: &mut u32) -> Option<Grant> {
    let identifier = arguments::behind(values, values.next(arguments::first(values)), *cursor);
    if identifier == 0 {
        *cursor = ROOT;
        return None;
    }
    let rights = values.next(identifier);
    *cursor = if rights == 0 { identifier } else { rights };
    Some(Grant {
        identifier,
        rights,
        malformed: values.word(identifier).is_none() || values.word(rights).is_none(),
    })
}

#[cfg(test)]
#[path = "rights_tests.rs"]
mod tests;
