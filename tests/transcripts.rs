//! Transcripts of the protocol core, one test a folder (docs/transcripts.md). A failure names the file, the line, and
//! the way the octets were cut.

#[path = "transcripts/harness/mod.rs"]
mod harness;

use harness::folder;

const FOLDERS: &[&str] = &[
    "views", "rows", "idle", "append", "framing", "tokens", "status", "fetch", "lists", "protocol", "safety",
    "machine", "encoding", "imaplib",
];

#[test]
fn views() {
    folder("views");
}

#[test]
fn rows() {
    folder("rows");
}

#[test]
fn idle() {
    folder("idle");
}

#[test]
fn append() {
    folder("append");
}

#[test]
fn framing() {
    folder("framing");
}

#[test]
fn tokens() {
    folder("tokens");
}

#[test]
fn status() {
    folder("status");
}

#[test]
fn fetch() {
    folder("fetch");
}

#[test]
fn lists() {
    folder("lists");
}

#[test]
fn protocol() {
    folder("protocol");
}

#[test]
fn safety() {
    folder("safety");
}

#[test]
fn machine() {
    folder("machine");
}

#[test]
fn encoding() {
    folder("encoding");
}

#[test]
fn imaplib() {
    folder("imaplib");
}

#[test]
fn every_folder_of_transcripts_has_a_test() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut found: Vec<String> = std::fs::read_dir(root)
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir() && e.file_name() != "harness")
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut known: Vec<&str> = FOLDERS.to_vec();
    known.sort_unstable();
    assert_eq!(found, known);
}
