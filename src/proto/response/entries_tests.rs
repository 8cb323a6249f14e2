use super::super::fixture::{response, text};
use super::*;
use crate::proto::response::Response;
use crate::proto::tree::Kind;

fn shown(response: &Response, entry: Entry) -> String {
    let name = text(response, entry.name);
    let value = match response.values().kind(entry.value) {
        Kind::None => "-".to_owned(),
        Kind::List => "list".to_owned(),
        Kind::Nil => "nil".to_owned(),
        _ => text(response, entry.value),
    };
    format!("{name}={value}{}", if entry.malformed { "!" } else { "" })
}

fn all(line: &str) -> Vec<String> {
    let response = response(line);
    let (mut cursor, mut rows) = (0, Vec::new());
    while let Some(entry) = next(response.values(), response.data(), &mut cursor) {
        rows.push(shown(&response, entry));
    }
    assert_eq!(next(response.values(), response.data(), &mut cursor), None);
    rows
}

#[test]
fn id_with_nil_values_and_odd_case() {
    assert_eq!(all("* ID (\"name\" \"x\" \"VeRsion\" NIL)"), ["name=x", "VeRsion=nil"]);
    assert_eq!(all("* ID (name x \"nil\" \"\")"), ["name=x", "nil="]);
    assert_eq!(all("* ID NIL"), [""; 0]);
    assert_eq!(all("* ID ()"), [""; 0]);
    assert_eq!(all("* ID"), [""; 0]);
}

#[test]
fn id_broken() {
    assert_eq!(all("* ID (\"name\" \"x\" \"os\")"), ["name=x", "os=-!"]);
    assert_eq!(all("* ID \"name\" \"x\""), ["name=x"]);
    assert_eq!(all("* ID ((a) b c d)"), ["=b!", "c=d"]);
}

#[test]
fn metadata_with_values_of_each_kind() {
    assert_eq!(
        all("* METADATA \"INBOX\" (/shared/comment \"a b\" /private/comment NIL /x ~{3}\r\na\0b /y {1}\r\nc)"),
        ["/shared/comment=a b", "/private/comment=nil", "/x=a\0b", "/y=c"]
    );
    assert_eq!(all("* METADATA \"\" ()"), [""; 0]);
}

#[test]
fn metadata_entry_lists_without_values() {
    assert_eq!(
        all("* METADATA INBOX /shared/comment \"/private/comment\""),
        ["/shared/comment=-", "/private/comment=-"]
    );
    assert_eq!(all("* METADATA INBOX"), [""; 0]);
}

#[test]
fn annotation_with_lists_of_attributes() {
    let line = "* ANNOTATION \"INBOX\" \"/comment\" (\"value.priv\" \"My\" \"value.shared\" NIL) \"/sort\" (\"value.priv\" (a b))";
    assert_eq!(all(line), ["/comment=list", "/sort=list"]);
    assert_eq!(
        all("* ANNOTATION \"INBOX\" (\"/comment\" (\"value.priv\" \"My\"))"),
        ["/comment=list"]
    );
    let response = response(line);
    let entry = next(response.values(), response.data(), &mut 0).unwrap();
    let (mut cursor, mut rows) = (0, Vec::new());
    while let Some(attribute) = next_in(response.values(), entry.value, &mut cursor) {
        rows.push(shown(&response, attribute));
    }
    assert_eq!(rows, ["value.priv=My", "value.shared=nil"]);
}
