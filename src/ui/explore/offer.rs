//! What a run that learns has for the Explore screen.

use crate::config::DataChoice;
use crate::worker::sampler::Weights;

/// The generator of the run under way, or of the last one.
pub struct RunFaces {
    pub weights: Weights,
    /// What the run is called.
    pub name: String,
    pub latent: usize,
    pub data: DataChoice,
}

/// What Explore offers above its faces, until a person puts it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// To show the faces of the run.
    Look,
    /// To go back to those that were there before.
    Back,
}
