//! What is fuzzed, as functions of octets: each panics if something does not hold. The fuzzers in `fuzz_targets` call
//! them, and `tests/fuzz_corpus.rs` replays the corpus with an ordinary build.
//!
//! A root that includes this file says `use imap4::proto;`, which the reader of commands needs.
#![allow(dead_code)]

pub mod codecs;
pub mod dialogue;
pub mod encoding;
pub mod framing;
mod input;
pub mod rows;
pub mod views;

mod shown;

#[path = "../../src/proto/command/encode_reader.rs"]
mod reader;

use shown::render;
