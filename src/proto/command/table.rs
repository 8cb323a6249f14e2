//! The command table: for each command its name, the states it is allowed in, the types of its arguments, the untagged
//! data it asks for, what imaplib hands out for it, and how the engine treats it. One table instead of fifty bodies.

use super::arg::{imap_arg_type, imap_arg_type::*};
use crate::proto::response::name::Data;

/// What a connection may do now (RFC 9051, 3).
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_state {
    /// Not logged in.
    IMAP_STATE_NONAUTH = 0,
    /// Logged in, no mailbox selected.
    IMAP_STATE_AUTH = 1,
    /// A mailbox is selected.
    IMAP_STATE_SELECTED = 2,
    /// Logged out by LOGOUT. A connection that ended otherwise keeps the state it had.
    IMAP_STATE_LOGOUT = 3,
    /// IDLE is running, and the server is ready to tell: imap_idle_begin.
    IMAP_STATE_IDLING = 4,
}
pub use imap_state::*;

impl imap_state {
    pub const ALL: [imap_state; 5] = [
        IMAP_STATE_NONAUTH,
        IMAP_STATE_AUTH,
        IMAP_STATE_SELECTED,
        IMAP_STATE_LOGOUT,
        IMAP_STATE_IDLING,
    ];

    /// imaplib's name.
    pub fn name(self) -> &'static str {
        match self {
            IMAP_STATE_NONAUTH => "NONAUTH",
            IMAP_STATE_AUTH => "AUTH",
            IMAP_STATE_SELECTED => "SELECTED",
            IMAP_STATE_LOGOUT => "LOGOUT",
            IMAP_STATE_IDLING => "IDLING",
        }
    }

    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What imaplib hands out for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    OwnText,
    Named(&'static str),
    /// The inner name for SEARCH, SORT and THREAD, FETCH for everything else (imaplib's `uid`).
    OfUid,
}

/// One command.
#[derive(Debug)]
pub struct Command {
    pub name: &'static str,
    /// The same for C.
    pub name_with_nul: &'static str,
    /// With UID in front, for C, if it may be there; else empty.
    pub uid_name_with_nul: &'static str,
    pub states: u8,
    pub args: &'static [imap_arg_type],
    /// Set of [`Data`] bits: what its untagged answers are.
    pub expects: u64,
    pub items: Items,
    pub traits: u16,
}

/// Changes the state others depend on: nothing else is on the wire with it.
pub const BARRIER: u16 = 1;
/// Servers may think long about it before the first octet of an answer.
pub const SLOW: u16 = 2;
/// It changes mail on the server: if the connection ends before the answer, it may have been carried out.
pub const EFFECT: u16 = 4;
/// May be prefixed by UID.
pub const UID: u16 = 8;
/// Opens a mailbox.
pub const SELECTS: u16 = 16;
/// Never refused because the mailbox turned read-only.
pub const LEAVES: u16 = 32;
/// Has steps of its own: the generic doors refuse it and name the right function.
pub const STEPS: u16 = 64;
/// NO is a failed login.
pub const LOGS_IN: u16 = 128;
/// The mailbox is no longer selected after OK.
pub const DESELECTS: u16 = 256;

impl Command {
    pub fn has(&self, bit: u16) -> bool {
        self.traits & bit != 0
    }
}

const N: u8 = IMAP_STATE_NONAUTH.bit();
const A: u8 = IMAP_STATE_AUTH.bit();
const S: u8 = IMAP_STATE_SELECTED.bit();
const L: u8 = IMAP_STATE_LOGOUT.bit();

/// A row; the names of commands with [`UID`] are given with it.
const fn c(
    full_name: &'static str,
    states: u8,
    args: &'static [imap_arg_type],
    expects: u64,
    items: Items,
    traits: u16,
) -> Command {
    let takes_uid = traits & UID != 0;
    let with_nul = part(full_name, if takes_uid { "UID ".len() } else { 0 }, 0);
    Command {
        name: part(with_nul, 0, 1),
        name_with_nul: with_nul,
        uid_name_with_nul: if takes_uid { full_name } else { "" },
        states,
        args,
        expects,
        items,
        traits,
    }
}

/// A name without so many octets at its beginning and its end.
const fn part(name: &'static str, before: usize, behind: usize) -> &'static str {
    let (_, rest) = name.as_bytes().split_at(before);
    let (part, _) = rest.split_at(rest.len() - behind);
    match std::str::from_utf8(part) {
        Ok(part) => part,
        Err(_) => "",
    }
}

use Data as D;
use Items::{Named, OwnText};

const MAILBOX: &[imap_arg_type] = &[IMAP_ARG_MAILBOX];
const FETCHES: u64 = D::Fetch.bit() | D::UidFetch.bit();
const SELECTED_DATA: u64 = D::Exists.bit()
    | D::Recent.bit()
    | D::Flags.bit()
    | D::List.bit()
    | D::Fetch.bit()
    | D::Vanished.bit()
    | D::StatusLine.bit();

/// All commands with a function of their own, sorted by name.
pub const COMMANDS: &[Command] = &[
    c(
        "APPEND\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_FLAGS, IMAP_ARG_DATE, IMAP_ARG_LITERAL],
        0,
        OwnText,
        SLOW | EFFECT,
    ),
    c(
        "AUTHENTICATE\0",
        N,
        &[IMAP_ARG_ATOM],
        D::Capability.bit(),
        OwnText,
        BARRIER | STEPS | LOGS_IN,
    ),
    c(
        "CAPABILITY\0",
        N | A | S | L,
        &[],
        D::Capability.bit(),
        Named("CAPABILITY"),
        0,
    ),
    c("CHECK\0", S, &[], 0, OwnText, 0),
    c("CLOSE\0", S, &[], 0, OwnText, BARRIER | EFFECT | LEAVES | DESELECTS),
    c("COMPRESS\0", A | S, &[IMAP_ARG_ATOM], 0, OwnText, BARRIER | STEPS),
    c(
        "UID COPY\0",
        S,
        &[IMAP_ARG_SET, IMAP_ARG_MAILBOX],
        0,
        OwnText,
        SLOW | EFFECT | UID,
    ),
    c("CREATE\0", A | S, MAILBOX, 0, OwnText, EFFECT),
    c("DELETE\0", A | S, MAILBOX, 0, OwnText, EFFECT),
    c(
        "DELETEACL\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_ASTRING],
        0,
        OwnText,
        EFFECT,
    ),
    c("ENABLE\0", A, &[IMAP_ARG_RAW], D::Enabled.bit(), OwnText, BARRIER),
    c(
        "EXAMINE\0",
        A | S,
        MAILBOX,
        SELECTED_DATA,
        Named("EXISTS"),
        BARRIER | SELECTS | LEAVES,
    ),
    c(
        "UID EXPUNGE\0",
        S,
        &[IMAP_ARG_SET],
        D::Expunge.bit() | D::Vanished.bit(),
        Named("EXPUNGE"),
        SLOW | EFFECT | UID,
    ),
    c(
        "UID FETCH\0",
        S,
        &[IMAP_ARG_SET, IMAP_ARG_ITEMS],
        FETCHES,
        Named("FETCH"),
        UID,
    ),
    c("GETACL\0", A | S, MAILBOX, D::Acl.bit(), Named("ACL"), 0),
    c(
        "GETANNOTATION\0",
        A | S,
        &[IMAP_ARG_LIST_MAILBOX, IMAP_ARG_RAW, IMAP_ARG_RAW],
        D::Annotation.bit(),
        Named("ANNOTATION"),
        0,
    ),
    c(
        "GETQUOTA\0",
        A | S,
        &[IMAP_ARG_ASTRING],
        D::Quota.bit(),
        Named("QUOTA"),
        0,
    ),
    c(
        "GETQUOTAROOT\0",
        A | S,
        MAILBOX,
        D::Quota.bit() | D::QuotaRoot.bit(),
        Named("QUOTAROOT"),
        0,
    ),
    c("ID\0", N | A | S | L, &[], D::Id.bit(), Named("ID"), 0),
    c("IDLE\0", A | S, &[], 0, OwnText, BARRIER | STEPS),
    c(
        "LIST\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_LIST_MAILBOX],
        D::List.bit() | D::Xlist.bit(),
        Named("LIST"),
        0,
    ),
    c(
        "LOGIN\0",
        N,
        &[IMAP_ARG_ASTRING, IMAP_ARG_STRING],
        D::Capability.bit(),
        OwnText,
        BARRIER | LOGS_IN,
    ),
    c(
        "LOGOUT\0",
        N | A | S | L,
        &[],
        D::StatusLine.bit(),
        Named("BYE"),
        BARRIER | LEAVES,
    ),
    c(
        "LSUB\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_LIST_MAILBOX],
        D::Lsub.bit(),
        Named("LSUB"),
        0,
    ),
    c(
        "UID MOVE\0",
        S,
        &[IMAP_ARG_SET, IMAP_ARG_MAILBOX],
        D::Expunge.bit() | D::Vanished.bit() | D::StatusLine.bit(),
        OwnText,
        SLOW | EFFECT | UID,
    ),
    c("MYRIGHTS\0", A | S, MAILBOX, D::MyRights.bit(), Named("MYRIGHTS"), 0),
    c("NAMESPACE\0", A | S, &[], D::Namespace.bit(), Named("NAMESPACE"), 0),
    c("NOOP\0", N | A | S | L, &[], 0, OwnText, 0),
    c(
        "PARTIAL\0",
        S,
        &[IMAP_ARG_NUMBER, IMAP_ARG_RAW, IMAP_ARG_NUMBER, IMAP_ARG_NUMBER],
        FETCHES,
        Named("FETCH"),
        0,
    ),
    c(
        "PROXYAUTH\0",
        A,
        &[IMAP_ARG_ASTRING],
        D::Capability.bit(),
        OwnText,
        BARRIER,
    ),
    c(
        "RENAME\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_MAILBOX],
        0,
        OwnText,
        EFFECT,
    ),
    c(
        "UID SEARCH\0",
        S,
        &[IMAP_ARG_RAW],
        D::Search.bit() | D::Esearch.bit(),
        Named("SEARCH"),
        SLOW | UID,
    ),
    c(
        "SELECT\0",
        A | S,
        MAILBOX,
        SELECTED_DATA,
        Named("EXISTS"),
        BARRIER | SELECTS | LEAVES,
    ),
    c(
        "SETACL\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_ASTRING, IMAP_ARG_ASTRING],
        0,
        OwnText,
        EFFECT,
    ),
    c(
        "SETANNOTATION\0",
        A | S,
        &[IMAP_ARG_LIST_MAILBOX, IMAP_ARG_RAW, IMAP_ARG_RAW],
        D::Annotation.bit(),
        Named("ANNOTATION"),
        EFFECT,
    ),
    c(
        "SETQUOTA\0",
        A | S,
        &[IMAP_ARG_ASTRING, IMAP_ARG_ITEMS],
        D::Quota.bit(),
        Named("QUOTA"),
        EFFECT,
    ),
    c(
        "UID SORT\0",
        S,
        &[IMAP_ARG_ITEMS, IMAP_ARG_ASTRING, IMAP_ARG_RAW],
        D::Sort.bit() | D::Esearch.bit(),
        Named("SORT"),
        SLOW | UID,
    ),
    c("STARTTLS\0", N, &[], 0, Named("STARTTLS"), BARRIER | STEPS),
    c(
        "STATUS\0",
        A | S,
        &[IMAP_ARG_MAILBOX, IMAP_ARG_ITEMS],
        D::Status.bit(),
        Named("STATUS"),
        0,
    ),
    c(
        "UID STORE\0",
        S,
        &[IMAP_ARG_SET, IMAP_ARG_ATOM, IMAP_ARG_FLAGS],
        FETCHES,
        Named("FETCH"),
        EFFECT | UID,
    ),
    c("SUBSCRIBE\0", A | S, MAILBOX, 0, OwnText, EFFECT),
    c(
        "UID THREAD\0",
        S,
        &[IMAP_ARG_ATOM, IMAP_ARG_ASTRING, IMAP_ARG_RAW],
        D::Thread.bit(),
        Named("THREAD"),
        SLOW | UID,
    ),
    c("UID\0", S, &[], UNKNOWN_EXPECTS, Items::OfUid, 0),
    c("UNAUTHENTICATE\0", A | S, &[], 0, OwnText, BARRIER | STEPS),
    c("UNSELECT\0", S, &[], 0, OwnText, BARRIER | LEAVES | DESELECTS),
    c("UNSUBSCRIBE\0", A | S, MAILBOX, 0, OwnText, EFFECT),
];

/// What a command unknown to the library asks for: everything but what comes unasked at any time.
pub const UNKNOWN_EXPECTS: u64 =
    !(D::Exists.bit() | D::Expunge.bit() | D::Recent.bit() | D::Vanished.bit() | D::StatusLine.bit());

/// The entry of a command, by its name in any case.
pub fn find(name: &str) -> Option<&'static Command> {
    // Sorted by name, and asked for in upper case by all but the generic doors.
    match COMMANDS.binary_search_by(|c| c.name.cmp(name)) {
        Ok(at) => COMMANDS.get(at),
        Err(_) => COMMANDS.iter().find(|c| c.name.eq_ignore_ascii_case(name)),
    }
}

/// The entry of a command that is known when the library is compiled: no search at run time.
pub const fn known(name: &str) -> &'static Command {
    let mut at = 0;
    while at < COMMANDS.len() {
        if is_same(COMMANDS[at].name.as_bytes(), name.as_bytes()) {
            return &COMMANDS[at];
        }
        at += 1;
    }
    panic!("no such command in the table")
}

/// How long the longest name is.
pub const LONGEST_NAME: usize = {
    let (mut longest, mut at) = (0, 0);
    while at < COMMANDS.len() {
        if COMMANDS[at].name.len() > longest {
            longest = COMMANDS[at].name.len();
        }
        at += 1;
    }
    longest
};

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// The function of the C interface for a command with steps of its own.
pub fn right_function(command: &Command) -> &'static str {
    match command.name {
        "STARTTLS" => "imap_starttls",
        "AUTHENTICATE" => "imap_cmd_authenticate or imap_auth_begin",
        "IDLE" => "imap_idle_begin",
        _ => "a later version of the library",
    }
}

/// imaplib's words for a command in the wrong state.
pub fn wrong_state(name: &str, state: imap_state, states: u8) -> String {
    let allowed: Vec<&str> = imap_state::ALL
        .iter()
        .filter(|s| states & s.bit() != 0)
        .map(|s| s.name())
        .collect();
    format!(
        "command {name} illegal in state {}, only allowed in states {}",
        state.name(),
        allowed.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_no_name_twice() {
        assert!(COMMANDS.windows(2).all(|w| w[0].name < w[1].name));
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(find("fEtCh").map(|c| c.name), Some("FETCH"));
        assert!(find("XFOO").is_none());
    }

    #[test]
    fn the_words_for_a_wrong_state_are_imaplibs() {
        let fetch = find("FETCH").unwrap();
        assert_eq!(
            wrong_state("FETCH", IMAP_STATE_NONAUTH, fetch.states),
            "command FETCH illegal in state NONAUTH, only allowed in states SELECTED"
        );
        let list = find("LIST").unwrap();
        assert_eq!(
            wrong_state("LIST", IMAP_STATE_LOGOUT, list.states),
            "command LIST illegal in state LOGOUT, only allowed in states AUTH, SELECTED"
        );
    }
}
