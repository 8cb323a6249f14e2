//! Commands on their way out: what they are (`table`), what their arguments look like on the wire (`encode`).

pub mod arg;
pub mod criteria;
pub mod encode;
pub mod table;
