//! Points and paths of the latent space, and the one source of random numbers.

pub mod noise;
pub mod path;
mod vector;

pub use vector::Latent;
