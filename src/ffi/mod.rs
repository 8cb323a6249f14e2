//! The C border: one file a section of the header. Each export is a plain `extern "C"` function that runs under one of
//! the guards of `guard` and calls the rooms behind; nothing about IMAP is decided here.

// Each export's comment says what its pointers must be: a handle of the library or NULL, C strings or NULL. The guards
// and `text` check what can be checked.
#![allow(clippy::missing_safety_doc)]
#![allow(non_camel_case_types)]

pub mod append;
pub mod auth;
pub mod cmd_access;
pub mod cmd_mailbox;
pub mod cmd_message;
pub mod cmd_session;
pub mod command;
pub mod connection;
pub mod event;
pub mod event_loop;
pub mod fetch;
mod guard;
mod handle;
pub mod idle;
pub mod literal;
pub mod open;
pub mod options;
pub mod parse;
#[cfg(feature = "provoke")]
pub mod provoke;
pub mod raw;
pub mod response;
pub mod rows;
mod text;
pub mod tls;
pub mod trace;
pub mod tree;
pub mod util;
pub mod version;
mod view;
pub mod view_access;
pub mod view_body;
pub mod view_code;
pub mod view_data;
pub mod view_envelope;
pub mod view_header;
pub mod view_kind;
pub mod view_mailbox;
pub mod view_numbers;
mod walk;
