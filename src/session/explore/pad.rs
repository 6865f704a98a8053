//! A square whose corners are faces.

use crate::latent::Latent;
use crate::latent::path::Interpolation;

/// Faces at the corners of the pad.
pub const CORNERS: usize = 4;

/// Four faces and a point between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Pad {
    /// Upper left, upper right, lower left, lower right.
    pub corners: [Latent; CORNERS],
    /// From left to right, 0..1.
    pub x: f32,
    /// From above, 0..1.
    pub y: f32,
}

impl Pad {
    /// The face at a point: along the upper and the lower edge, then from the one to the other.
    pub fn face(&self, how: Interpolation, x: f32, y: f32) -> Latent {
        let [a, b, c, d] = &self.corners;
        let (upper, lower) = (how.between(a, b, x), how.between(c, d, x));
        how.between(&upper, &lower, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_met_exactly_and_the_middle_is_their_mean() {
        let one = |at: usize| Latent((0..CORNERS).map(|i| f32::from(u8::from(i == at))).collect());
        let pad = Pad {
            corners: [one(0), one(1), one(2), one(3)],
            x: 0.0,
            y: 0.0,
        };
        let at = |x, y| pad.face(Interpolation::Slerp, x, y);
        let found = [at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0), at(1.0, 1.0)];
        assert_eq!(found, pad.corners);
        let middle = pad.face(Interpolation::Lerp, 0.5, 0.5);
        assert_eq!(middle.0, [0.25; CORNERS]);
        assert!((at(0.5, 0.5).norm() - 1.0).abs() < 1e-6);
    }
}
