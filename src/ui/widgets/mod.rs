//! The parts that screens are made of.

mod button;
mod equaliser;
mod face;
mod filmstrip;
mod icon;
pub mod new_file;
mod number;
mod row;
pub mod sheet;
mod slider;
mod space;
mod stroke;

pub use button::{Button, focus_ring, segmented, tip};
pub use equaliser::Equaliser;
pub use face::{CarriedFace, Face, drop_ring, empty_state, progress};
pub use filmstrip::Filmstrip;
pub use icon::Icon;
pub use number::{ANY, FROM_ZERO, number, plain, whole};
pub use row::{PathField, chip, group, note, path_field, row};
pub use slider::slider;
pub use space::{keeps_arrows, leaves_space, space_is_free};
pub use stroke::stroke;
