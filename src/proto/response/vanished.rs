//! VANISHED (RFC 7162, 3.2.10): UIDs of messages that are gone. In: the values of one line. Out: whether they went
//! earlier, and the node of the set.

use super::arguments;
use crate::codec::ranges;
use crate::proto::tree::Values;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vanished {
    pub is_earlier: bool,
    pub set: u32,
    pub malformed: bool,
}

pub fn read(values: Values<'_>) -> Vanished {
    let mut set = arguments::first(values);
    let mut vanished = Vanished::default();
    if values.is_list(set) {
        let word = values.first(set);
        vanished.is_earlier = arguments::is_word(values, word, "EARLIER");
        vanished.malformed = !vanished.is_earlier;
        set = values.next(set);
    }
    if let Some(text) = values.text(set) {
        vanished.set = set;
        vanished.malformed |= !ranges::is_set(text) || values.next(set) != 0;
    } else {
        vanished.malformed = true;
    }
    vanished
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{response, text};
    use super::*;

    fn check(line: &str, is_earlier: bool, set: &str, malformed: bool) {
        let response = response(line);
        let found = read(response.values());
        assert_eq!(
            (found.is_earlier, text(&response, found.set), found.malformed),
            (is_earlier, set.to_owned(), malformed),
            "{line}"
        );
    }

    #[test]
    fn with_and_without_earlier() {
        check("* VANISHED 41,43:116", false, "41,43:116", false);
        check("* VANISHED (EARLIER) 300:310", true, "300:310", false);
        check("* VANISHED (earlier) 5 ", true, "5", false);
    }

    #[test]
    fn broken_ones_give_what_they_have() {
        check("* VANISHED", false, "", true);
        check("* VANISHED (EARLIER)", true, "", true);
        check("* VANISHED (LATER) 5", false, "5", true);
        check("* VANISHED 5,x", false, "5,x", true);
        check("* VANISHED 5 6", false, "5", true);
    }
}
