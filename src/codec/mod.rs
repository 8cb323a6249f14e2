//! Pure functions on octets: no input or output, no clock, no locale. Each file turns one small notation of the
//! protocol into a value or back; nothing here knows what a command or a response is.

pub mod base64;
mod charset;
pub mod date;
pub mod decimal;
pub mod flags;
pub mod header_text;
pub mod int2ap;
mod item;
pub mod numbers;
pub mod numset;
pub mod param_text;
pub mod quote;
pub mod ranges;
pub mod secret;
pub mod utf7;
