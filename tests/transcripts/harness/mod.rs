//! Runs transcripts against the protocol core. `docs/transcripts.md` describes the texts.

mod actions;
mod expect;
mod player;
mod random;
mod render;
mod run;
mod script;
mod text;

pub use run::folder;
