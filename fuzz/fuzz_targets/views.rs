#![no_main]
#![allow(unused_imports, dead_code)]

use imap4::proto;

#[path = "../targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| targets::views::run(octets));
