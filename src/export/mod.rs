//! What a person takes away: one file per format.

pub mod ending;
pub mod gif;
pub mod plot;
pub mod png;
