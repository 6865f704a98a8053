//! Ways from one latent to another, and through several.

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

/// `frames` points along `keys`, evenly spaced in time. Open: the first is the first key and the
/// last the last. Closed: the way goes on back to the first key, whose second coming is left out so
/// that the animation loops without a stutter. One key gives a still.
pub fn through(keys: &[Latent], frames: usize, how: Interpolation, closed: bool) -> Vec<Latent> {
    let Some(last) = keys.len().checked_sub(1) else {
        return Vec::new();
    };
    let legs = if closed { keys.len() } else { last };
    let steps = if closed {
        frames
    } else {
        frames.saturating_sub(1)
    };
    (0..frames)
        .map(|frame| {
            let at = if steps == 0 {
                0.0
            } else {
                frame as f64 * legs as f64 / steps as f64
            };
            // The last frame of an open way lies at the end of the last leg, not on one more.
            let leg = (at as usize).min(legs.saturating_sub(1));
            let (a, b) = (&keys[leg.min(last)], &keys[(leg + 1) % keys.len()]);
            how.between(a, b, (at - leg as f64) as f32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::noise::face;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slerp_keeps_the_length_and_halves_the_angle() {
        let (a, b) = (Latent(vec![2.0, 0.0]), Latent(vec![0.0, 2.0]));
        let middle = Interpolation::Slerp.between(&a, &b, 0.5);
        assert!((middle.norm() - 2.0).abs() < 1e-6);
        assert!((middle.0[0] - middle.0[1]).abs() < 1e-6);
        let straight = Interpolation::Lerp.between(&a, &b, 0.5);
        assert_eq!(straight.0, [1.0, 1.0]);
    }

    #[test]
    fn an_open_way_has_both_ends_and_a_closed_one_loops() {
        let keys = [face(1, 8), face(2, 8), face(3, 8)];
        let open = through(&keys, 9, Interpolation::Slerp, false);
        assert_eq!(
            (&open[0], &open[4], &open[8]),
            (&keys[0], &keys[1], &keys[2])
        );
        let closed = through(&keys, 9, Interpolation::Slerp, true);
        assert_eq!(
            (&closed[0], &closed[3], &closed[6]),
            (&keys[0], &keys[1], &keys[2])
        );
        assert_ne!(closed[8], keys[0]);
        assert_eq!(
            through(&keys[..1], 3, Interpolation::Slerp, true),
            vec![keys[0].clone(); 3]
        );
        assert_eq!(
            through(&keys[..1], 3, Interpolation::Slerp, false),
            vec![keys[0].clone(); 3]
        );
        assert!(through(&[], 3, Interpolation::Slerp, false).is_empty());
    }

    proptest! {
        #[test]
        fn a_way_has_its_frames_and_stays_finite(
            keys in prop::collection::vec(prop::collection::vec(-3.0f32..3.0, 5), 1..5),
            frames in 0usize..40, closed: bool, slerp: bool,
        ) {
            let keys: Vec<Latent> = keys.into_iter().map(Latent).collect();
            let how = if slerp { Interpolation::Slerp } else { Interpolation::Lerp };
            let way = through(&keys, frames, how, closed);
            prop_assert_eq!(way.len(), frames);
            prop_assert!(way.iter().all(|z| z.0.iter().all(|x| x.is_finite())));
        }
    }
}
