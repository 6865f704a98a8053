//! The mathematics of the DCGAN (Radford, Metz and Chintala 2015) in the shape that the PyTorch
//! tutorial made standard, so that weights are interchangeable.

pub mod directions;
mod ema;
mod features;
pub mod info;
pub mod init;
pub mod invert;
pub mod loss;
mod network;
mod objective;
pub mod paint;
mod predictor;
mod render;
mod snapshot;
mod step;

pub use ema::Average;
pub use features::Features;
pub use info::ModelInfo;
pub use network::{discriminator, generator};
pub use predictor::{Predictor, Told};
pub use render::{latents_to_tensor, render};
pub use snapshot::Snapshot;
pub use step::{Gan, Part, Scores};
