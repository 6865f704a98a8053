//! Binary cross-entropy on logits.

use candle_core::{Result, Tensor};

/// Mean of `max(x, 0) − x·y + ln(1 + e^−|x|)` over logits x with label y (0 or 1); PyTorch's
/// `binary_cross_entropy_with_logits`. Large logits give large losses, never NaN.
pub fn bce(logits: &[f32], label: f64) -> f64 {
    let sum: f64 = logits
        .iter()
        .map(|&x| {
            let x = f64::from(x);
            // NaN must stay NaN: f64::max would drop it.
            let rectified = if x < 0.0 { 0.0 } else { x };
            rectified - x * label + libm::log1p(libm::exp(-x.abs()))
        })
        .sum();
    sum / logits.len() as f64
}

/// Mean probability of "real", the mean of σ(x).
pub fn mean_probability(logits: &[f32]) -> f64 {
    let sum: f64 = logits
        .iter()
        .map(|&x| 1.0 / (1.0 + libm::exp(-f64::from(x))))
        .sum();
    sum / logits.len() as f64
}

/// Gradient of the mean loss at the logits [b, 1, 1, 1]: (σ(x) − y) / b, the same shape.
///
/// # Errors
/// candle's.
pub fn bce_grad(logits: &Tensor, label: f64) -> Result<Tensor> {
    let count = logits.elem_count() as f64;
    // σ(x) = (1 + tanh(x/2)) / 2 has no overflow.
    let probability = (logits * 0.5)?.tanh()?.affine(0.5, 0.5)?;
    (probability - label)? / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn agrees_with_pytorch() {
        // torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor([-2., .5, 3.]),
        //   torch.full((3,), y)) for y = 1, 0; PyTorch 2.15.
        let logits = [-2.0, 0.5, 3.0];
        assert!((bce(&logits, 1.0) - 0.883_197).abs() < 1e-6);
        assert!((bce(&logits, 0.0) - 1.383_197).abs() < 1e-6);
    }

    #[test]
    fn extreme_logits_stay_finite_and_nan_stays_nan() {
        assert_eq!(bce(&[1000.0], 0.0), 1000.0);
        assert_eq!(bce(&[-1000.0], 1.0), 1000.0);
        assert_eq!(bce(&[1000.0], 1.0), 0.0);
        assert!(bce(&[f32::NAN], 1.0).is_nan());
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let at = [-2.0f32, 0.5, 3.0];
        let logits = Tensor::new(&at, &Device::Cpu).unwrap();
        for label in [0.0, 1.0] {
            let grad: Vec<f32> = bce_grad(&logits, label).unwrap().to_vec1().unwrap();
            for (index, grad) in grad.into_iter().enumerate() {
                let shifted = |by: f32| {
                    let mut there = at;
                    there[index] += by;
                    bce(&there, label)
                };
                let numeric = (shifted(0.01) - shifted(-0.01)) / 0.02;
                assert!((f64::from(grad) - numeric).abs() < 1e-5);
            }
        }
    }
}
