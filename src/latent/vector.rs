//! A point of the latent space.

use serde::{Deserialize, Serialize};

/// A latent vector z, distributed N(0, 1) a component when drawn at random.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latent(pub Vec<f32>);

impl Latent {
    /// The origin.
    pub fn zeros(len: usize) -> Self {
        Self(vec![0.0; len])
    }

    /// Components.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no components.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Euclidean length; about √len for a random draw.
    pub fn norm(&self) -> f32 {
        let sum: f64 = self.0.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        sum.sqrt() as f32
    }
}
