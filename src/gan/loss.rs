//! What D and G play for.

use candle_core::{Result, Tensor};

use crate::config::Loss;

/// Whose verdicts a loss is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// D's on real pictures, which it is to call real with this number: 1, or less with label
    /// smoothing. The hinge loss does not use it.
    Real(f64),
    Fake,
    /// D's on fakes, for G, which wants them called real.
    Generator,
}

impl Role {
    fn target(self) -> f64 {
        match self {
            Self::Real(target) => target,
            Self::Fake => 0.0,
            Self::Generator => 1.0,
        }
    }
}

impl Loss {
    /// Whether it is of the differences between D's outputs on real pictures and on fakes, pair by pair, instead of
    /// each by itself.
    pub fn is_of_pairs(self) -> bool {
        self == Self::Rpgan
    }

    /// Mean loss over D's outputs. Large outputs give large losses, never NaN; NaN stays NaN.
    ///
    /// - BCE, on logits: PyTorch's `binary_cross_entropy_with_logits`.
    /// - LSGAN: half the squared distance to the target (Mao et al. 2017, a = 0, b = c = 1).
    /// - Hinge: max(0, 1 − x) on real, max(0, 1 + x) on fakes, −x for G (Lim and Ye 2017).
    /// - RpGAN: softplus(−x), where x is what the real picture scores above the fake it is paired with, or for G the
    ///   fake above the real one (Jolicoeur-Martineau 2018, Huang et al. 2024): BCE on that difference.
    pub fn mean(self, role: Role, outputs: &[f32]) -> f64 {
        let each = |x: f64| match (self, role) {
            (Self::Bce | Self::Rpgan, _) => {
                rectified(x) - x * role.target() + libm::log1p(libm::exp(-x.abs()))
            }
            (Self::Lsgan, _) => 0.5 * (x - role.target()) * (x - role.target()),
            (Self::Hinge, Role::Real(_)) => rectified(1.0 - x),
            (Self::Hinge, Role::Fake) => rectified(1.0 + x),
            (Self::Hinge, Role::Generator) => -x,
        };
        mean(outputs, each)
    }

    /// Gradient of the mean loss at D's outputs [b, 1, 1, 1], the same shape.
    ///
    /// # Errors
    /// candle's.
    pub fn grad(self, role: Role, outputs: &Tensor) -> Result<Tensor> {
        let count = outputs.elem_count() as f64;
        let inside = |inside: Tensor, slope: f64| {
            inside.to_dtype(outputs.dtype())?.affine(slope / count, 0.0)
        };
        match (self, role) {
            (Self::Bce | Self::Rpgan, _) => {
                // σ(x) = (1 + tanh(x/2)) / 2 has no overflow.
                let probability = (outputs * 0.5)?.tanh()?.affine(0.5, 0.5)?;
                (probability - role.target())? / count
            }
            (Self::Lsgan, _) => (outputs - role.target())? / count,
            (Self::Hinge, Role::Real(_)) => inside(outputs.lt(1.0)?, -1.0),
            (Self::Hinge, Role::Fake) => inside(outputs.gt(-1.0)?, 1.0),
            (Self::Hinge, Role::Generator) => outputs.affine(0.0, -1.0 / count),
        }
    }

    /// D's verdict from its output, 0 (fake) to 1 (real), on the same scale for all losses.
    ///
    /// - BCE: σ(x), the probability of "real".
    /// - LSGAN: x itself, which is drawn to 1 and 0, held in 0..1.
    /// - RpGAN: σ(x), of a difference the probability that its first is the real one.
    /// - Hinge: (1 + x) / 2 held in 0..1, so that 1 and 0 are where D has all that it plays for.
    pub fn verdict(self, output: f64) -> f64 {
        match self {
            Self::Bce | Self::Rpgan => 1.0 / (1.0 + libm::exp(-output)),
            Self::Lsgan => output.clamp(0.0, 1.0),
            Self::Hinge => ((1.0 + output) / 2.0).clamp(0.0, 1.0),
        }
    }

    /// The mean of [`Loss::verdict`]: what is shown as D(x) and D(G(z)).
    pub fn mean_verdict(self, outputs: &[f32]) -> f64 {
        mean(outputs, |x| self.verdict(x))
    }
}

/// max(x, 0), but NaN stays NaN: f64::max would drop it.
fn rectified(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

fn mean(outputs: &[f32], each: impl Fn(f64) -> f64) -> f64 {
    let sum: f64 = outputs.iter().map(|&x| each(f64::from(x))).sum();
    sum / outputs.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    const LOSSES: [Loss; 3] = [Loss::Bce, Loss::Lsgan, Loss::Hinge];
    const ROLES: [Role; 4] = [
        Role::Real(1.0),
        Role::Real(0.9),
        Role::Fake,
        Role::Generator,
    ];

    /// Printed by `tests/fixtures/make_pytorch_recipes.py`, PyTorch 2.15: each loss in each role at these outputs.
    #[test]
    fn agrees_with_pytorch() {
        let outputs = [-2.0f32, 0.5, 3.0];
        for (loss, expected) in LOSSES.into_iter().zip(PYTORCH) {
            for (role, expected) in ROLES.into_iter().zip(expected) {
                let ours = loss.mean(role, &outputs);
                assert!((ours - expected).abs() < 1e-6, "{loss} {role:?}: {ours}");
            }
        }
    }
    const PYTORCH: [[f64; 4]; 3] = [
        [0.883_197, 0.933_197, 1.383_197, 0.883_197],
        [2.208_333, 2.163_333, 2.208_333, 2.208_333],
        [1.166_667, 1.166_667, 1.833_333, -0.5],
    ];

    #[test]
    fn extreme_outputs_stay_finite_and_nan_stays_nan() {
        assert_eq!(Loss::Bce.mean(Role::Fake, &[1000.0]), 1000.0);
        assert_eq!(Loss::Bce.mean(Role::Generator, &[-1000.0]), 1000.0);
        assert_eq!(Loss::Bce.mean(Role::Generator, &[1000.0]), 0.0);
        for loss in LOSSES {
            for role in ROLES {
                assert!(loss.mean(role, &[f32::NAN]).is_nan(), "{loss} {role:?}");
            }
            assert!(loss.mean_verdict(&[f32::NAN]).is_nan(), "{loss}");
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let at = [-2.0f32, 0.5, 3.0];
        let outputs = Tensor::new(&at, &Device::Cpu).unwrap();
        for (loss, role) in LOSSES.into_iter().flat_map(|l| ROLES.map(|r| (l, r))) {
            let grad: Vec<f32> = loss.grad(role, &outputs).unwrap().to_vec1().unwrap();
            for (index, grad) in grad.into_iter().enumerate() {
                let shifted = |by: f32| {
                    let mut there = at;
                    there[index] += by;
                    loss.mean(role, &there)
                };
                let numeric = (shifted(0.01) - shifted(-0.01)) / 0.02;
                assert!((f64::from(grad) - numeric).abs() < 1e-5, "{loss} {role:?}");
            }
        }
    }

    #[test]
    fn verdicts_lie_between_fake_and_real() {
        for loss in LOSSES {
            assert!(loss.mean_verdict(&[-50.0]) < 1e-9 && loss.mean_verdict(&[50.0]) > 1.0 - 1e-9);
        }
        assert_eq!(Loss::Bce.mean_verdict(&[0.0]), 0.5);
        assert_eq!(Loss::Hinge.mean_verdict(&[0.0]), 0.5);
        assert_eq!(Loss::Lsgan.mean_verdict(&[0.5]), 0.5);
    }
}
