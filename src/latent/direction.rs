//! A named direction of the latent space.

use serde::{Deserialize, Serialize};

use super::Latent;

/// Where a direction came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Method {
    /// Principal component of the first layer's activations (GANSpace, Härkönen et al. 2020).
    Pca {
        /// 0 is the component of the greatest variance.
        rank: usize,
        /// Its share of the variance, 0..1.
        share: f32,
    },
    /// Eigenvector of the first layer's weights (SeFa, Shen and Zhou 2021).
    Sefa {
        /// 0 is the eigenvector of the greatest eigenvalue.
        rank: usize,
    },
    /// Fitted to a label of the data (InterFaceGAN, Shen et al. 2020).
    Label {
        /// How well the label can be told from the latent on held-out samples: R² of a number,
        /// balanced accuracy of a yes/no, 0..1.
        quality: f32,
    },
    /// Mean of faces that have it minus mean of faces that do not.
    Examples {
        /// Faces on either side.
        count: (usize, usize),
    },
}

/// A direction along which faces change in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Direction {
    /// What a person calls it.
    pub name: String,
    /// Where it came from.
    #[serde(flatten)]
    pub method: Method,
    /// One σ of the change: as long as the standard deviation of random latents along it, so that
    /// −3..3 spans what the network has seen. The length of a latent.
    pub sigma: Vec<f32>,
}

impl Direction {
    /// How many σ `latent` lies along this direction: the projection onto it.
    pub fn coordinate(&self, latent: &Latent) -> f32 {
        let pairs = latent.0.iter().zip(&self.sigma);
        let dot: f64 = pairs.map(|(&z, &s)| f64::from(z) * f64::from(s)).sum();
        let square: f64 = self.sigma.iter().map(|&s| f64::from(s).powi(2)).sum();
        if square > 0.0 {
            (dot / square) as f32
        } else {
            0.0
        }
    }

    /// `latent` moved so that [`Direction::coordinate`] becomes `to`.
    pub fn moved_to(&self, latent: &Latent, to: f32) -> Latent {
        self.moved_by(latent, to - self.coordinate(latent))
    }

    /// `latent` moved by `by` σ.
    pub fn moved_by(&self, latent: &Latent, by: f32) -> Latent {
        let mut moved = latent.clone();
        for (z, s) in moved.0.iter_mut().zip(&self.sigma) {
            *z += by * s;
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_changes_the_coordinate_and_nothing_across() {
        let direction = Direction {
            name: "smile".into(),
            method: Method::Sefa { rank: 0 },
            sigma: vec![0.6, 0.8, 0.0],
        };
        let across = [-0.8, 0.6, 1.0];
        let latent = Latent(vec![0.3, -1.2, 2.0]);
        let moved = direction.moved_to(&latent, 2.5);
        assert!((direction.coordinate(&moved) - 2.5).abs() < 1e-6);
        let dot = |z: &Latent| -> f32 { z.0.iter().zip(across).map(|(a, b)| a * b).sum() };
        assert!((dot(&latent) - dot(&moved)).abs() < 1e-6);
    }
}
