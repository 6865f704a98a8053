//! What is true now: knows neither egui nor threads.

mod edit;

pub use edit::Edits;
