//! STATUS (RFC 9051, 7.3.3; RFC 3501, 7.2.4; RFC 7889, 8438, 8474, 7162). In: the values of one line. Out: the numbers
//! by name. Items that are not known are passed over whatever their value is.

use super::arguments;
use crate::proto::tree::{Kind, Values};

/// The items that are known: the number of each is its bit in `has` and its place in `numbers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Messages = 0,
    Recent = 1,
    Unseen = 2,
    UidNext = 3,
    UidValidity = 4,
    Size = 5,
    Deleted = 6,
    DeletedStorage = 7,
    HighestModSeq = 8,
    AppendLimit = 9,
    MailboxId = 10,
}

const ITEMS: &[(&str, Item)] = &[
    ("MESSAGES", Item::Messages),
    ("RECENT", Item::Recent),
    ("UNSEEN", Item::Unseen),
    ("UIDNEXT", Item::UidNext),
    ("UIDVALIDITY", Item::UidValidity),
    ("SIZE", Item::Size),
    ("DELETED", Item::Deleted),
    ("DELETED-STORAGE", Item::DeletedStorage),
    ("HIGHESTMODSEQ", Item::HighestModSeq),
    ("APPENDLIMIT", Item::AppendLimit),
    ("MAILBOXID", Item::MailboxId),
];

/// The numbers of one mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub name: u32,
    pub has: u32,
    pub numbers: [u64; 10],
    /// The text of MAILBOXID.
    pub mailbox_id: u32,
    /// The list of names and values.
    pub items: u32,
    pub malformed: bool,
}

impl Counts {
    pub fn get(&self, item: Item) -> u64 {
        self.numbers.get(item as usize).copied().unwrap_or(0)
    }

    pub fn has(&self, item: Item) -> bool {
        self.has & (1 << item as u32) != 0
    }
}

pub fn read(values: Values<'_>) -> Option<Counts> {
    let name = arguments::first(values);
    values.word(name)?;
    let mut counts = Counts {
        name,
        ..Counts::default()
    };
    let mut list = values.next(name);
    while list != 0 && !values.is_list(list) {
        // Words of a name that should have been quoted.
        counts.malformed = true;
        list = values.next(list);
    }
    counts.items = list;
    counts.malformed |= list == 0 || values.next(list) != 0;
    let mut at = values.first(list);
    while at != 0 {
        let value = values.next(at);
        let Some(item) = known(values, at) else {
            at = values.next(value);
            continue;
        };
        // A name whose value is missing does not take the next name for it.
        let is_missing = value == 0 || values.kind(value) == Kind::Atom && known(values, value).is_some();
        if is_missing {
            counts.malformed = true;
            at = value;
            continue;
        }
        if !counts.take(values, item, value) {
            counts.malformed = true;
        }
        at = values.next(value);
    }
    Some(counts)
}

fn known(values: Values<'_>, node: u32) -> Option<Item> {
    let text = values.text(node)?;
    let found = ITEMS
        .iter()
        .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(text));
    found.map(|(_, item)| *item)
}

impl Counts {
    fn take(&mut self, values: Values<'_>, item: Item, value: u32) -> bool {
        let inner = arguments::opened(values, value);
        if item == Item::MailboxId {
            let is_text = values.word(inner).is_some() && values.kind(value) != Kind::Nil;
            if is_text {
                self.mailbox_id = inner;
                self.has |= 1 << item as u32;
            }
            return is_text || values.kind(value) == Kind::Nil;
        }
        let is_wide = matches!(
            item,
            Item::Size | Item::DeletedStorage | Item::HighestModSeq | Item::AppendLimit
        );
        let number = match values.kind(value) {
            // NIL is "no limit" (RFC 7889, section 4).
            Kind::Nil if item == Item::AppendLimit => Some(u64::MAX),
            _ => arguments::number(values, inner).filter(|n| is_wide || *n <= u64::from(u32::MAX)),
        };
        let (Some(number), Some(place)) = (number, self.numbers.get_mut(item as usize)) else {
            return false;
        };
        *place = number;
        self.has |= 1 << item as u32;
        true
    }
}

#[cfg(test)]
#[path = "mailbox_status_tests.rs"]
mod tests;
