//! The mathematics of the DCGAN (Radford, Metz and Chintala 2015) in the shape that the PyTorch
//! tutorial made standard, so that weights are interchangeable.

mod anchors;
pub mod blend;
pub mod directions;
pub mod drag;
mod ema;
mod features;
mod generator;
mod health;
pub mod info;
pub mod init;
pub mod invert;
pub mod jacobian;
pub mod layers;
mod loss;
pub mod network;
mod objective;
pub mod paint;
mod predictor;
mod render;
mod snapshot;
mod spectral;
mod step;
mod view;

pub use anchors::Anchors;
pub use ema::Average;
pub use features::Features;
pub use generator::Generator;
pub use health::Health;
pub use info::ModelInfo;
pub use loss::Role;
pub use network::{discriminator, generator};
pub use predictor::{FEWEST_KNOWN, FEWEST_OF_A_KIND, LabelScore, Predictor};
pub use render::{draws_numbers, latents_to_tensor, render};
pub use snapshot::Snapshot;
pub use spectral::{Layer, Spectral};
pub use step::{Gan, Half, Part, Scores, Verdicts};
