//! The parts that screens are made of.

mod button;
mod face;
mod icon;
mod row;
mod slider;

pub use button::{Button, focus_ring, segmented, tip};
pub use face::{Face, empty_state, progress};
pub use icon::Icon;
pub use row::{PathField, chip, group, note, path_field, row};
pub use slider::slider;
