//! The protocol without input or output: octets in, octets out, jobs, events, deadlines. No sockets, no clock, no
//! files: time is an argument, randomness a seed.

pub mod caps;
pub mod command;
pub mod events;
pub mod frame;
mod lexer;
pub mod limits;
pub mod line;
pub mod machine;
pub mod memory;
pub mod receive;
pub mod response;
pub mod rows;
mod scan;
pub mod trace;
pub mod tree;
pub mod untagged;
