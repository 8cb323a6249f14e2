//! ESEARCH (RFC 9051, 7.3.4; RFC 4731, 5267, 7377, 9394). In: the values of one line. Out: tag and results by name; sets
//! as nodes, not expanded. Results that are not known are passed over with their values.

use super::arguments;
use crate::codec::ranges;
use crate::proto::tree::{Kind, ROOT, Values};

pub const MIN: u32 = 1;
pub const MAX: u32 = 1 << 1;
pub const COUNT: u32 = 1 << 2;
pub const ALL: u32 = 1 << 3;
pub const MODSEQ: u32 = 1 << 4;
pub const PARTIAL: u32 = 1 << 5;
pub const ADD_TO: u32 = 1 << 6;
pub const REMOVE_FROM: u32 = 1 << 7;

const NAMES: &[(&str, u32)] = &[
    ("MIN", MIN),
    ("MAX", MAX),
    ("COUNT", COUNT),
    ("ALL", ALL),
    ("MODSEQ", MODSEQ),
    ("PARTIAL", PARTIAL),
    ("ADDTO", ADD_TO),
    ("REMOVEFROM", REMOVE_FROM),
];

/// The results; `has` says which are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Results {
    pub tag: u32,
    pub is_uid: bool,
    pub has: u32,
    pub min: u32,
    pub max: u32,
    pub count: u32,
    pub modseq: u64,
    /// The sets; 0 where nothing was found.
    pub all: u32,
    pub partial: u32,
    /// The range that was asked for, "-1:-100".
    pub partial_range: u32,
    /// Lists of positions and sets (RFC 5267, section 4.3): the first of each.
    pub add_to: u32,
    pub remove_from: u32,
    /// Of a search in several mailboxes (RFC 7377): where this answer comes from.
    pub mailbox: u32,
    pub uid_validity: u32,
    pub malformed: bool,
}

pub fn read(values: Values<'_>) -> Results {
    let mut results = Results::default();
    let mut node = arguments::first(values);
    if values.is_list(node) && is_correlator(values, node) {
        results.correlator(values, node);
        node = values.next(node);
    }
    results.pairs(values, node);
    results
}

/// A list is the correlator if it names one of these; else it holds results.
fn is_correlator(values: Values<'_>, list: u32) -> bool {
    let first = values.first(list);
    ["TAG", "MAILBOX", "UIDVALIDITY"]
        .iter()
        .any(|name| arguments::is_word(values, first, name))
        || first == 0
}

impl Results {
    fn correlator(&mut self, values: Values<'_>, list: u32) {
        self.tag = values.find(list, b"TAG");
        self.mailbox = values.find(list, b"MAILBOX");
        let validity = values.find(list, b"UIDVALIDITY");
        if validity != 0 {
            self.uid_validity = small(values, validity).unwrap_or(0);
        }
        self.malformed |= self.tag == 0;
    }

    /// Names and values from `node` on. Lists where a name should be are results in parentheses.
    fn pairs(&mut self, values: Values<'_>, node: u32) {
        let (mut node, mut after) = (node, ROOT);
        loop {
            if node == 0 {
                if after == ROOT {
                    return;
                }
                (node, after) = (after, ROOT);
                continue;
            }
            if values.is_list(node) && after == ROOT {
                (node, after) = (values.first(node), values.next(node));
                self.malformed = true;
                if after == 0 {
                    after = ROOT;
                }
                continue;
            }
            if arguments::is_word(values, node, "UID") {
                self.is_uid = true;
                node = values.next(node);
                continue;
            }
            let value = values.next(node);
            self.result(values, node, value);
            node = values.next(value);
        }
    }

    fn result(&mut self, values: Values<'_>, name: u32, value: u32) {
        let Some((_, bit)) = NAMES.iter().find(|(known, _)| arguments::is_word(values, name, known)) else {
            self.malformed |= value == 0;
            return;
        };
        let found = match *bit {
            MIN => small(values, value).map(|n| self.min = n),
            MAX => small(values, value).map(|n| self.max = n),
            COUNT => small(values, value).map(|n| self.count = n),
            MODSEQ => arguments::number(values, arguments::opened(values, value)).map(|n| self.modseq = n),
            ALL => self.set(values, value).map(|set| self.all = set),
            PARTIAL => self.partial(values, value),
            ADD_TO => first_list(values, value, &mut self.add_to),
            _ => first_list(values, value, &mut self.remove_from),
        };
        match found {
            Some(()) => self.has |= bit,
            None => self.malformed = true,
        }
    }

    fn partial(&mut self, values: Values<'_>, list: u32) -> Option<()> {
        let range = values.first(list);
        values.text(range)?;
        self.partial_range = range;
        self.partial = self.set(values, values.next(range))?;
        Some(())
    }

    /// A set, or NIL for none.
    fn set(&mut self, values: Values<'_>, node: u32) -> Option<u32> {
        if values.kind(node) == Kind::Nil {
            return Some(0);
        }
        let text = values.text(node)?;
        self.malformed |= !ranges::is_set(text);
        Some(node)
    }
}

fn small(values: Values<'_>, node: u32) -> Option<u32> {
    u32::try_from(arguments::number(values, node)?).ok()
}

fn first_list(values: Values<'_>, node: u32, place: &mut u32) -> Option<()> {
    if !values.is_list(node) {
        return None;
    }
    if *place == 0 {
        *place = node;
    }
    Some(())
}

#[cfg(test)]
#[path = "esearch_tests.rs"]
mod tests;
