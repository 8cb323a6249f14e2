//! Runs transcripts against the protocol core. `docs/transcripts.md` describes the texts.

mod actions;
mod expect;
mod player;
mod pull;
mod random;
mod render;
mod run;
mod script;
mod text;
mod views;
mod views_data;
mod views_numbers;

pub use run::folder;
