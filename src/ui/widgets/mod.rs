//! The parts that screens are made of.

mod button;
mod colour;
mod ends;
mod equaliser;
mod face;
mod filmstrip;
mod icon;
mod name;
pub mod new_file;
mod number;
mod row;
pub mod saved_file;
pub mod sheet;
mod slider;
mod space;
mod stroke;
mod tip;

pub use button::{Button, focus_ring, key_cap, segmented};
pub use colour::colour_button;
pub use ends::{Ends, Foot, ends};
pub use equaliser::Equaliser;
pub use face::{CarriedFace, Face, drop_ring, empty_state, progress};
pub use filmstrip::Filmstrip;
pub use icon::Icon;
pub use name::{Typed, name_field, typed_name};
pub use number::{ANY, FROM_ZERO, number, plain, whole};
pub use row::{PathField, chip, cut, group, note, path_field, row};
pub use slider::slider;
pub use space::{arrows_are_free, keeps_arrows, leaves_arrows, leaves_space, space_is_free};
pub use stroke::stroke;
pub use tip::Tip;
