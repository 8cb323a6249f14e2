//! Replays the fuzzers' corpus (fuzz/corpus) with an ordinary build: the same functions, no fuzzer. A failure names the
//! file; `fuzz/run TARGET FILE` does the same alone.

#[allow(unused_imports)]
use imap4::proto;

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .collect();
    files.sort();
    assert!(files.len() > 5, "no corpus in {}", folder.display());
    for file in files {
        let octets = std::fs::read(&file).unwrap();
        if catch_unwind(AssertUnwindSafe(|| run(&octets))).is_err() {
            panic!("{} fails", file.display());
        }
    }
}

#[test]
fn framing() {
    replay("framing", targets::framing::run);
}

#[test]
fn views() {
    replay("views", targets::views::run);
}

#[test]
fn rows() {
    replay("rows", targets::rows::run);
}

#[test]
fn encoding() {
    replay("encoding", targets::encoding::run);
}

#[test]
fn codecs() {
    replay("codecs", targets::codecs::run);
}

#[test]
fn dialogue() {
    replay("dialogue", targets::dialogue::run);
}
