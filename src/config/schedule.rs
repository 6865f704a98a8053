//! How settings move on by themselves.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// How rates and γ go from their value at the start to that at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Not at all.
    #[default]
    Constant,
    /// As fast at every picture.
    Linear,
    /// Slowly first and last, along half a cosine (Loshchilov and Hutter 2017).
    Cosine,
}

impl Schedule {
    /// How much of the way is behind, 0..=1, at a `share` of its pictures.
    pub(super) fn progress(self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        match self {
            Self::Constant => 0.0,
            Self::Linear => share,
            Self::Cosine => (1.0 - libm::cos(std::f64::consts::PI * share)) / 2.0,
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Constant => "constant",
            Self::Linear => "linear",
            Self::Cosine => "cosine",
        })
    }
}
