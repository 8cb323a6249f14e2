//! A response as text: what transcripts use to show one.

#[path = "../../tests/transcripts/harness/render.rs"]
pub mod render;
#[path = "../../tests/transcripts/harness/text.rs"]
pub mod text;
#[path = "../../tests/transcripts/harness/views.rs"]
mod views;
#[path = "../../tests/transcripts/harness/views_data.rs"]
mod views_data;
#[path = "../../tests/transcripts/harness/views_numbers.rs"]
mod views_numbers;
