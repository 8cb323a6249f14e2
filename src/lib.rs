//! libimap4: an IMAP4 client library with a C interface.
//!
//! Rooms, arrows one way: `ffi → client → {net, sasl, proto} → codec`. `proto` is the protocol without input or
//! output; `net` moves octets; `client` joins them; `ffi` is the C border. `docs/design.md` is the plan of the house.
#![deny(unsafe_code)]

#[cfg(panic = "abort")]
compile_error!("libimap4 catches panics at the C border and cannot be built with panic = \"abort\"");

pub mod client;
pub mod codec;
pub mod error;
#[allow(unsafe_code)]
pub mod ffi;
pub mod net;
pub mod proto;
pub mod sasl;
