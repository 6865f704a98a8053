//! How fast the way between two faces is gone.

use serde::{Deserialize, Serialize};

/// The share of a leg that lies behind after a share of its time: a cubic Bézier curve from (0, 0) to (1, 1), as CSS
/// has them, so that curves can be carried over from other programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Easing {
    /// The same speed all the way.
    #[default]
    Linear,
    /// Starts slowly.
    In,
    /// Ends slowly.
    Out,
    /// Starts and ends slowly.
    InOut,
    /// x and y of both control points, each 0..1.
    Bezier([f32; 4]),
}

impl Easing {
    /// Those that have a name, slowest start first.
    pub const NAMED: [Self; 4] = [Self::Linear, Self::In, Self::Out, Self::InOut];

    /// x and y of both control points.
    pub fn controls(self) -> [f32; 4] {
        match self {
            Self::Linear => [0.0, 0.0, 1.0, 1.0],
            Self::In => [0.42, 0.0, 1.0, 1.0],
            Self::Out => [0.0, 0.0, 0.58, 1.0],
            Self::InOut => [0.42, 0.0, 0.58, 1.0],
            Self::Bezier(controls) => controls,
        }
    }

    /// Whether its control points are numbers between 0 and 1.
    pub fn is_valid(self) -> bool {
        let unit = 0.0..=1.0;
        self.controls().iter().all(|x| unit.contains(x))
    }

    /// The share of the way at share `time` of the time; exactly 0 and 1 at the ends, never falling.
    pub fn share(self, time: f64) -> f64 {
        if time <= 0.0 || time >= 1.0 || self == Self::Linear {
            return time.clamp(0.0, 1.0);
        }
        let [x1, y1, x2, y2] = self.controls().map(|x| f64::from(x).clamp(0.0, 1.0));
        // x never falls along the curve: halving finds the point, and Newton's steps alone need not.
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..52 {
            let middle = (low + high) / 2.0;
            if bezier(x1, x2, middle) < time {
                low = middle;
            } else {
                high = middle;
            }
        }
        bezier(y1, y2, (low + high) / 2.0)
    }
}

/// One coordinate of the curve at `u`, between 0 and 1 with `a` and `b` of its control points.
fn bezier(a: f64, b: f64, u: f64) -> f64 {
    let v = 1.0 - u;
    3.0 * v * v * u * a + 3.0 * v * u * u * b + u * u * u
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn named_curves_are_as_their_names_say() {
        assert_eq!(Easing::Linear.share(0.3), 0.3);
        assert!(Easing::In.share(0.2) < 0.1 && Easing::Out.share(0.2) > 0.25);
        let both = Easing::InOut;
        assert!((both.share(0.5) - 0.5).abs() < 1e-6);
        assert!((both.share(0.2) + both.share(0.8) - 1.0).abs() < 1e-6);
        // The value that browsers give for ease-in-out at a quarter.
        assert!((both.share(0.25) - 0.129_16).abs() < 1e-4);
    }

    proptest! {
        #[test]
        fn ends_are_exact_and_nothing_goes_back(
            controls in prop::array::uniform4(0.0f32..=1.0), times in prop::collection::vec(0.0f64..1.0, 2..20),
        ) {
            let easing = Easing::Bezier(controls);
            prop_assert_eq!((easing.share(0.0), easing.share(1.0)), (0.0, 1.0));
            let mut times = times;
            times.sort_by(f64::total_cmp);
            let shares: Vec<f64> = times.iter().map(|&time| easing.share(time)).collect();
            prop_assert!(shares.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12));
            prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
        }
    }
}
