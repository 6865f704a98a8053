//! A point of the latent space.

use serde::{Deserialize, Deserializer, Serialize};

/// A latent vector z, distributed N(0, 1) a component when drawn at random.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latent(#[serde(deserialize_with = "finite")] pub Vec<f32>);

/// A number that is too large for 32 bits would be infinite, and its face black.
fn finite<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    let numbers = Vec::<f32>::deserialize(deserializer)?;
    match numbers.iter().find(|x| !x.is_finite()) {
        Some(x) => Err(serde::de::Error::custom(format_args!(
            "{x} is no number of a latent"
        ))),
        None => Ok(numbers),
    }
}

impl Latent {
    pub fn zeros(len: usize) -> Self {
        Self(vec![0.0; len])
    }

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

    /// The same direction with another length; zero stays zero.
    pub fn with_norm(&self, norm: f32) -> Self {
        let before = self.norm();
        let factor = if before > 0.0 { norm / before } else { 0.0 };
        Self(self.0.iter().map(|x| factor * x).collect())
    }

    /// This face with a share of another, `likeness` in 0..1: distributed N(0, 1) a component where both are.
    pub fn blended(&self, other: &Self, likeness: f32) -> Self {
        let own = (1.0 - likeness * likeness).max(0.0).sqrt();
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(x, y)| own * x + likeness * y).collect())
    }

    /// Whether no component is further than `reach` from the other's.
    pub fn is_near(&self, other: &Self, reach: f32) -> bool {
        let pairs = || self.0.iter().zip(&other.0);
        self.len() == other.len() && pairs().all(|(x, y)| (x - y).abs() <= reach)
    }
}

#[cfg(test)]
mod tests {
    use super::super::noise;
    use super::*;

    #[test]
    fn only_finite_numbers_are_read() {
        let read = |text: &str| serde_json::from_str::<Latent>(text);
        assert_eq!(read("[1,-2.5]").unwrap(), Latent(vec![1.0, -2.5]));
        assert!(read("[1,1e39]").is_err() && read("[null]").is_err());
    }

    #[test]
    fn lengths_and_blends() {
        let face = noise::face(1, 100);
        assert!((face.with_norm(5.0).norm() - 5.0).abs() < 1e-4);
        assert_eq!(Latent::zeros(3).with_norm(2.0), Latent::zeros(3));
        let other = noise::face(2, 100);
        assert_eq!(face.blended(&other, 0.0), face);
        assert_eq!(face.blended(&other, 1.0), other);
        let half = face.blended(&other, 0.5).norm();
        assert!((half - 10.0).abs() < 2.0, "{half}");
        assert!(face.is_near(&face, 0.0) && !face.is_near(&other, 0.1));
        assert!(!face.is_near(&Latent::zeros(2), 9.0));
    }
}
