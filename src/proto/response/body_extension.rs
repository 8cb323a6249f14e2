//! The extension data of a body part from the disposition on (RFC 9051, 7.5.2: body-ext-1part, body-ext-mpart). In: the
//! reader of a part, standing there. Out: disposition, language and location in the part. The data may stop anywhere;
//! servers swap disposition and language, send the disposition as a bare text, or a description in its place. What
//! comes behind the location is left to the tree.

use super::body::{BAD_EXTENSION, Reader};
use crate::proto::tree::{Kind, Values};

/// Reads what is there.
pub(super) fn read(reader: &mut Reader<'_>) {
    let swapped = disposition(reader);
    if swapped {
        reader.bad(BAD_EXTENSION);
        match reader.kind() {
            Kind::List => {
                set_disposition(reader);
                reader.skip();
            }
            Kind::Nil => reader.skip(),
            _ => {}
        }
    } else {
        language(reader);
    }
    location(reader);
}

/// What a list in place of a disposition or language is.
#[derive(PartialEq, Eq)]
enum Holds {
    Disposition,
    Language,
    Nothing,
}

fn holds(values: Values<'_>, list: u32) -> Holds {
    let word = values.first(list);
    let second = values.next(word);
    match (values.kind(word), values.kind(second)) {
        (Kind::None | Kind::List, _) => Holds::Nothing,
        (_, Kind::List | Kind::Nil) => Holds::Disposition,
        _ if is_disposition(values.text(word)) => Holds::Disposition,
        // ("en") before the disposition, ("x-own") before a language or nothing.
        (_, Kind::None) if !values.is_list(values.next(list)) => Holds::Disposition,
        _ => Holds::Language,
    }
}

/// The words of RFC 2183, and of RFC 7578.
pub(super) fn is_disposition(word: Option<&[u8]>) -> bool {
    let words: [&[u8]; 3] = [b"attachment", b"inline", b"form-data"];
    word.is_some_and(|w| words.iter().any(|known| known.eq_ignore_ascii_case(w)))
}

/// The value in place of the disposition. Whether it was the language.
fn disposition(reader: &mut Reader<'_>) -> bool {
    let (values, node) = (reader.values, reader.at);
    match reader.kind() {
        Kind::None => {}
        Kind::Nil => reader.skip(),
        Kind::List => {
            let what = holds(values, node);
            match what {
                Holds::Disposition => set_disposition(reader),
                Holds::Language => reader.part.language = node,
                Holds::Nothing => reader.bad(BAD_EXTENSION),
            }
            reader.skip();
            return what == Holds::Language;
        }
        _ => {
            reader.bad(BAD_EXTENSION);
            let (word, following) = (values.text(node), values.next(node));
            reader.skip();
            if is_disposition(word) {
                // Exchange: "inline".
                reader.part.disposition = word;
            } else if holds(values, following) == Holds::Disposition {
                reader.part.language = node;
                return true;
            }
        }
    }
    false
}

fn set_disposition(reader: &mut Reader<'_>) {
    let (values, list) = (reader.values, reader.at);
    let word = values.first(list);
    let second = values.next(word);
    reader.part.disposition = values.text(word);
    reader.part.disposition_params = match values.kind(second) {
        Kind::List => values.first(second),
        Kind::Nil | Kind::None => 0,
        // Names and values without their list.
        _ => second,
    };
    let is_whole = matches!(values.kind(second), Kind::List | Kind::Nil) && values.next(second) == 0;
    if !is_whole || !matches!(values.kind(word), Kind::String | Kind::Literal) {
        reader.bad(BAD_EXTENSION);
    }
}

fn language(reader: &mut Reader<'_>) {
    let (values, node) = (reader.values, reader.at);
    match reader.kind() {
        Kind::None => return,
        Kind::Nil => {}
        Kind::List if values.first(node) == 0 => reader.bad(BAD_EXTENSION),
        // Behind an absent language that stands in place of the disposition.
        Kind::List if reader.part.disposition.is_none() && has_params(values, node) => {
            reader.bad(BAD_EXTENSION);
            set_disposition(reader);
        }
        Kind::List | Kind::String | Kind::Literal => reader.part.language = node,
        _ => {
            reader.bad(BAD_EXTENSION);
            reader.part.language = node;
        }
    }
    reader.skip();
}

fn has_params(values: Values<'_>, list: u32) -> bool {
    let word = values.first(list);
    values.is_list(values.next(word)) || is_disposition(values.text(word))
}

fn location(reader: &mut Reader<'_>) {
    if reader.at != 0 {
        // A list, `()` with some servers, is no location.
        if reader.kind() == Kind::List {
            reader.bad(BAD_EXTENSION);
        } else {
            reader.part.location = reader.text(BAD_EXTENSION);
        }
    }
}
