use super::*;
use crate::proto::response::test_lines::{damaged, item, octets, response, shown};

/// Reads what was written, in its order.
struct Reader<'a> {
    numbers: &'a [u32],
    texts: &'a [u8],
}

impl Reader<'_> {
    fn number(&mut self) -> u32 {
        let (first, rest) = self.numbers.split_first().unwrap();
        self.numbers = rest;
        *first
    }

    fn text(&mut self) -> String {
        let len = self.number();
        if len == NONE {
            return shown(None);
        }
        let (text, rest) = self.texts.split_at(len as usize);
        self.texts = rest;
        shown(Some(text))
    }

    fn wide(&mut self) -> Option<u64> {
        let number = u64::from(self.number()) | u64::from(self.number()) << 32;
        (number != u64::MAX).then_some(number)
    }

    fn texts(&mut self, each: usize) -> Vec<String> {
        let count = self.number() as usize * each;
        (0..count).map(|_| self.text()).collect()
    }
}

/// Asks how much there is, then writes it into exactly so much: numbers and texts.
fn written(mut write: impl FnMut(&mut Flat<'_>) -> bool) -> Option<(Vec<u32>, Vec<u8>)> {
    let mut asked = Flat::new(&mut [], &mut []);
    let is_there = write(&mut asked);
    assert_eq!(asked.fits(), !is_there);
    let (mut numbers, mut texts) = (vec![7; asked.count], vec![b'?'; asked.octets]);
    let mut out = Flat::new(&mut numbers, &mut texts);
    assert_eq!(write(&mut out), is_there);
    assert!(out.fits());
    is_there.then_some((numbers, texts))
}

fn envelope_of(values: Values<'_>, node: u32, reader: &mut Reader<'_>) {
    let e = envelope::read(values, node).unwrap();
    assert_eq!(reader.number() != 0, e.is_malformed);
    for text in [e.date, e.subject, e.in_reply_to, e.message_id] {
        assert_eq!(reader.text(), shown(text));
    }
    for first in [e.from, e.sender, e.reply_to, e.to, e.cc, e.bcc] {
        let count = reader.number();
        let mut at = first;
        for _ in 0..count {
            let a = address::read(values, at).unwrap();
            assert_eq!(reader.number(), a.role as u32);
            for text in [a.name, a.route, a.mailbox, a.host] {
                assert_eq!(reader.text(), shown(text));
            }
            at = a.next;
        }
        assert!(address::read(values, at).is_none());
    }
}

/// Holds what is written of a body against what is read one by one; gives the numbers of the parts.
fn body_of(values: Values<'_>, root: u32) -> Option<Vec<String>> {
    let (numbers, texts) = written(|out| out.body(values, root))?;
    let mut reader = Reader {
        numbers: &numbers,
        texts: &texts,
    };
    let any = body_walk::Wanted {
        media_type: None,
        disposition: None,
    };
    let mut found = Vec::new();
    for node in body_walk::search_all(values, root, any) {
        let p = body::read(values, node).unwrap();
        let parent = reader.number();
        assert!(parent == NONE && found.is_empty() || (parent as usize) < found.len());
        let number = reader.text();
        assert_eq!(number, body_walk::number(values, root, node).unwrap_or("-".to_owned()));
        found.push(number);
        assert_eq!(reader.number() == 1, p.is_multipart);
        assert_eq!(reader.number(), p.malformed);
        assert_eq!((reader.wide(), reader.wide()), (p.octets, p.lines));
        for text in [
            p.media_type,
            p.subtype,
            p.id,
            p.description,
            p.encoding,
            p.md5,
            p.disposition,
            p.location,
        ] {
            assert_eq!(reader.text(), shown(text));
        }
        for first in [p.params, p.disposition_params] {
            assert_eq!(reader.number(), first);
            let mut wanted = Vec::new();
            let mut at = first;
            while let Some(param) = param::read(values, at) {
                wanted.extend([shown(param.name), shown(param.value)]);
                at = param.next;
            }
            assert_eq!(reader.texts(2), wanted);
        }
        let mut wanted = Vec::from_iter(values.word(p.language).map(|word| shown(Some(word))));
        let mut cursor = 0;
        while let Some(at) = words::next(values, Data::Fetch, p.language, &mut cursor) {
            wanted.push(shown(values.word(at)));
        }
        assert_eq!(reader.texts(1), wanted);
        let has_envelope = reader.number() == 1;
        assert_eq!(has_envelope, envelope::read(values, p.envelope).is_some());
        if has_envelope {
            envelope_of(values, p.envelope, &mut reader);
        }
    }
    assert!(reader.numbers.is_empty() && reader.texts.is_empty());
    Some(found)
}

const ENVELOPE: &str = r#"("d" "s" (("Ann" NIL "ann" "x.org")) NIL () ((NIL NIL "friends" NIL)(NIL "@r" "bob" "y.org")(NIL NIL NIL NIL)) NIL NIL "" "<id@x>")"#;
const TEXT: &str =
    r#"("TEXT" "PLAIN" ("CHARSET" "utf-8" "x" NIL) "<1>" "d" "7BIT" 4294967299 48 NIL NIL ("en" "de") "loc")"#;
const IMAGE: &str =
    r#"("image" "png" NIL NIL NIL "BASE64" 9 "md" ("ATTACHMENT" ("filename*0*" "a" "FILENAME*1" ".png")) "en")"#;

fn nested() -> String {
    let inner = format!("({TEXT}{IMAGE} \"ALTERNATIVE\")");
    let message = format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 40 {ENVELOPE} {inner} 77)"#);
    format!("({TEXT}{message}{IMAGE} \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL)")
}

#[test]
fn an_envelope_is_written_as_it_is_read() {
    let response = response(&format!("* 1 FETCH (ENVELOPE {ENVELOPE})"));
    let values = response.values();
    let node = item(values, "ENVELOPE");
    let (numbers, texts) = written(|out| out.envelope(values, node)).unwrap();
    let mut reader = Reader {
        numbers: &numbers,
        texts: &texts,
    };
    envelope_of(values, node, &mut reader);
    assert!(reader.numbers.is_empty() && reader.texts.is_empty());
    assert!(written(|out| out.envelope(values, 0)).is_none());
}

#[test]
fn a_body_is_written_as_it_is_read() {
    let table = [
        (TEXT.to_owned(), "1"),
        (format!("({TEXT}{IMAGE} \"MIXED\")"), " 1 2"),
        (nested(), " 1 2 - 2.1 2.2 3"),
        (format!("({TEXT}NIL{IMAGE} \"MIXED\")"), " 1 3"),
    ];
    for (text, wanted) in table {
        let response = response(&format!("* 1 FETCH (BODYSTRUCTURE {text})"));
        let values = response.values();
        let numbers = body_of(values, item(values, "BODYSTRUCTURE")).unwrap();
        assert_eq!(numbers.join(" "), wanted, "{text}");
    }
}

#[test]
fn damaged_bodies_are_written_as_they_are_read() {
    let line = format!("* 1 FETCH (BODYSTRUCTURE {})", nested());
    for line in damaged(&line) {
        if let Some(response) = octets(&line) {
            let values = response.values();
            body_of(values, item(values, "BODYSTRUCTURE"));
        }
    }
}

#[test]
fn what_does_not_fit_is_left_out_and_counted() {
    let response = response(&format!("* 1 FETCH (BODYSTRUCTURE {})", nested()));
    let values = response.values();
    let node = item(values, "BODYSTRUCTURE");
    let (numbers, texts) = written(|out| out.body(values, node)).unwrap();
    for (n, m) in [
        (0, 0),
        (5, texts.len()),
        (numbers.len(), 5),
        (numbers.len() - 1, texts.len()),
    ] {
        let (mut some, mut octets) = (vec![0; n], vec![0; m]);
        let mut out = Flat::new(&mut some, &mut octets);
        assert!(out.body(values, node));
        assert!(!out.fits());
        assert_eq!((out.count, out.octets), (numbers.len(), texts.len()));
    }
}
