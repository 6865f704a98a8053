//! Long work that the window or a command hands to a thread, each a [`Job`](super::Job).

pub mod animation;
pub mod blend;
pub mod custom_directions;
pub mod dialog;
pub mod directions;
pub mod drag;
pub mod effects;
pub mod evaluate;
pub mod film;
pub mod invert;
pub mod model;
pub mod models;
pub mod morph;
pub mod recovery;
pub mod runs;
pub mod save_curves;
pub mod scan;
pub mod share;
pub mod shelf;
pub mod shipped;
pub mod still;
pub mod timelapse;
pub mod tour;
pub mod write_pictures;
