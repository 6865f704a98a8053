//! Points and paths of the latent space, and the one source of random numbers.

pub mod animation;
pub mod custom_directions;
mod direction;
pub mod directions;
pub mod noise;
pub mod path;
pub mod saved;
mod space;
mod vector;

pub use direction::{Direction, LabelEffect, Method};
pub use space::LatentSpace;
pub use vector::Latent;
