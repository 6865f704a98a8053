//! Ways from one latent to another.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::Latent;

/// The line that a morph follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interpolation {
    /// Along the sphere: keeps the length that the network was trained on (Shoemake 1985; White 2016).
    #[default]
    Slerp,
    /// The straight line, through shorter and thus more average faces.
    Lerp,
}

impl Interpolation {
    /// The point at share `t` (0..1) of the way from `a` to `b`; exactly `a` and `b` at the ends.
    /// Lengths must agree; the shorter decides.
    pub fn between(self, a: &Latent, b: &Latent, t: f32) -> Latent {
        if t <= 0.0 || a == b {
            return a.clone();
        }
        if t >= 1.0 {
            return b.clone();
        }
        let (from_a, from_b) = match self {
            Self::Lerp => (1.0 - t, t),
            Self::Slerp => slerp_weights(a, b, t),
        };
        let mixed = a.0.iter().zip(&b.0).map(|(x, y)| from_a * x + from_b * y);
        Latent(mixed.collect())
    }
}

/// Weights of the spherical interpolation. Vectors that are (anti)parallel or zero span no great
/// circle: they get the straight line.
fn slerp_weights(a: &Latent, b: &Latent, t: f32) -> (f32, f32) {
    let product = dot(a, b);
    let norms = libm::sqrt(dot(a, a) * dot(b, b));
    let cosine = if norms > 0.0 {
        (product / norms).clamp(-1.0, 1.0)
    } else {
        1.0
    };
    let angle = libm::acos(cosine);
    let sine = libm::sin(angle);
    let t = f64::from(t);
    if sine < 1e-6 {
        return ((1.0 - t) as f32, t as f32);
    }
    let weight = |share: f64| (libm::sin(share * angle) / sine) as f32;
    (weight(1.0 - t), weight(t))
}

fn dot(a: &Latent, b: &Latent) -> f64 {
    a.0.iter()
        .zip(&b.0)
        .map(|(&x, &y)| f64::from(x) * f64::from(y))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slerp_keeps_the_length_and_halves_the_angle() {
        let (a, b) = (Latent(vec![2.0, 0.0]), Latent(vec![0.0, 2.0]));
        let middle = Interpolation::Slerp.between(&a, &b, 0.5);
        assert!((middle.norm() - 2.0).abs() < 1e-6);
        assert!((middle.0[0] - middle.0[1]).abs() < 1e-6);
        let straight = Interpolation::Lerp.between(&a, &b, 0.5);
        assert_eq!(straight.0, [1.0, 1.0]);
    }
}
