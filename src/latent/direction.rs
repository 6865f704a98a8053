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
    /// Eigenvector of JᵀJ, J the derivative of the whole picture (Ramesh et al. 2018).
    Jacobian {
        /// 0 is the one that changes the picture most.
        rank: usize,
        /// Its share of all change, 0..1.
        share: f32,
    },
    /// Fitted to a label of the data (InterFaceGAN, Shen et al. 2020).
    Label {
        /// How well the label can be told from the latent on held-out samples: R² of a number,
        /// balanced accuracy of a yes/no, 0..1.
        quality: f32,
        /// What it changes in truth, where that was measured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effect: Option<LabelEffect>,
    },
    /// Mean of faces that have it minus mean of faces that do not.
    Examples {
        /// Faces on either side.
        count: (usize, usize),
    },
}

/// What a label's direction changes of new faces from −2σ to 2σ, in standard deviations of each label over random ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelEffect {
    /// Of its own label, positive where it grows.
    pub own: f32,
    /// Of the most changed other one, without its sign.
    pub other: f32,
    /// What that one is called; empty where there is no other.
    pub other_name: String,
}

/// A label's direction that changes another label more than its own, or its own by less than so many standard
/// deviations, does not do what it is called.
const LEAST_OWN: f32 = 0.5;

/// From so many times as much as any other label on, a direction changes hardly anything else.
const CLEAR: f32 = 3.0;

impl LabelEffect {
    /// How many times as much it changes its own label as any other, at most 99.
    pub fn strength(&self) -> f32 {
        (self.own.abs() / self.other.max(1e-3)).min(99.0)
    }

    /// Whether it does what it is called and changes hardly anything else.
    pub fn is_clear(&self) -> bool {
        self.keeps_its_word() && self.strength() >= CLEAR
    }

    /// Whether it does what it is called.
    pub fn keeps_its_word(&self) -> bool {
        self.own >= LEAST_OWN && self.strength() >= 1.0
    }
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
    /// What a label's direction was seen to change; nothing is known of others.
    pub fn effect(&self) -> Option<&LabelEffect> {
        match &self.method {
            Method::Label { effect, .. } => effect.as_ref(),
            _ => None,
        }
    }

    /// Whether it is known not to do what it is called.
    pub fn breaks_its_word(&self) -> bool {
        self.effect().is_some_and(|effect| !effect.keeps_its_word())
    }

    /// Tells it from others by its numbers: FNV-1a over their bits.
    pub fn key(&self) -> u64 {
        let bits = self.sigma.iter().map(|x| u64::from(x.to_bits()));
        bits.fold(0xcbf2_9ce4_8422_2325, |hash: u64, x| {
            (hash ^ x).wrapping_mul(0x0100_0000_01b3)
        })
    }

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
    fn one_that_changes_something_else_more_breaks_its_word() {
        let label = |own, other| Direction {
            name: "beard".into(),
            method: Method::Label {
                quality: 0.9,
                effect: Some(LabelEffect {
                    own,
                    other,
                    other_name: "age".into(),
                }),
            },
            sigma: vec![1.0],
        };
        assert!(!label(2.0, 0.5).breaks_its_word());
        assert_eq!(label(2.0, 0.5).effect().unwrap().strength(), 4.0);
        for (own, other) in [(1.0, 1.5), (0.2, 0.1), (-2.0, 0.5), (f32::NAN, 0.1)] {
            assert!(label(own, other).breaks_its_word(), "{own} {other}");
        }
        // Files of before know of no effect, and it is not written where there is none.
        let before = r#"{"name":"smile","method":"label","quality":0.5,"sigma":[1.0]}"#;
        let read: Direction = serde_json::from_str(before).unwrap();
        assert!(read.effect().is_none() && !read.breaks_its_word());
        assert_eq!(serde_json::to_string(&read).unwrap(), before);
        let measured = label(2.0, 0.5);
        let text = serde_json::to_string(&measured).unwrap();
        assert_eq!(serde_json::from_str::<Direction>(&text).unwrap(), measured);
        assert_ne!(
            measured.key(),
            Direction {
                sigma: vec![1.5],
                ..measured.clone()
            }
            .key()
        );
    }

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
