//! Changes of whole pictures that gradients go through: DiffAugment (Zhao et al. 2020).
//!
//! Each is linear in the picture up to a constant, so that the way back is its transpose: exact, and
//! nothing of the way there needs to be kept.

use candle_core::Tensor;

use super::device::backend_of;
use super::{Change, Result};

/// Each picture of `x` [b, h, w, c] with its change; the same shape.
///
/// # Errors
/// candle's; where the numbers of pictures and changes differ.
pub fn forward(x: &Tensor, changes: &[Change]) -> Result<Tensor> {
    check(x, changes)?;
    backend_of(x).augment(x, changes)
}

/// The gradient [b, h, w, c] of the pictures from that of the changed ones.
///
/// # Errors
/// candle's; where the numbers of pictures and changes differ.
pub fn backward(grad: &Tensor, changes: &[Change]) -> Result<Tensor> {
    check(grad, changes)?;
    backend_of(grad).augment_backward(grad, changes)
}

fn check(x: &Tensor, changes: &[Change]) -> Result<()> {
    let (batch, ..) = x.dims4()?;
    if batch != changes.len() {
        candle_core::bail!("{batch} pictures but {} changes", changes.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{DType, Device};
    use proptest::prelude::*;

    fn pictures(count: usize, seed: u64, channels: usize) -> Tensor {
        let numbers = (0..count * 8 * 6 * channels).map(|i| {
            let mixed = (i as u64 + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed >> 40) as f64 / f64::from(1 << 23) - 1.0
        });
        let shape = (count, 8, 6, channels);
        Tensor::from_iter(numbers, &Device::Cpu)
            .unwrap()
            .reshape(shape)
            .unwrap()
    }

    fn numbers(x: &Tensor) -> Vec<f64> {
        let flat = x.to_dtype(DType::F64).unwrap().flatten_all().unwrap();
        flat.to_vec1().unwrap()
    }

    fn dot(a: &Tensor, b: &Tensor) -> f64 {
        numbers(a).iter().zip(numbers(b)).map(|(a, b)| a * b).sum()
    }

    fn any_change() -> impl Strategy<Value = Change> {
        let range = |side: i64| (-2..side).prop_flat_map(move |a| (Just(a), a..side + 3));
        let tint = (-0.5f32..0.5, 0.0f32..2.0, 0.5f32..1.5);
        let some = (tint, (-9i64..9, -9i64..9), range(8), range(6));
        some.prop_map(
            |((brightness, saturation, contrast), shift, rows, columns)| Change {
                brightness,
                saturation,
                contrast,
                shift,
                hole: [rows, columns],
            },
        )
    }

    proptest! {
        /// Finite differences of a linear map are exact: ⟨f(x + d) − f(x), g⟩ = ⟨d, fᵀ(g)⟩.
        #[test]
        fn the_gradient_is_exact(
            changes in proptest::collection::vec(any_change(), 3),
            channels in prop_oneof![Just(1usize), Just(3)],
            seed in 0u64..1000,
        ) {
            let (x, d, g) = (
                pictures(3, seed, channels),
                pictures(3, seed + 1000, channels),
                pictures(3, seed + 2000, channels),
            );
            let there = forward(&(&x + &d).unwrap(), &changes).unwrap();
            let moved = (there - forward(&x, &changes).unwrap()).unwrap();
            let back = backward(&g, &changes).unwrap();
            prop_assert!((dot(&moved, &g) - dot(&d, &back)).abs() < 1e-5);
            // The fast code does the same.
            let fast = |x: &Tensor| x.to_dtype(DType::F32).unwrap();
            let close = |a: &Tensor, b: &Tensor| {
                numbers(a).into_iter().zip(numbers(b)).all(|(a, b)| (a - b).abs() < 1e-5)
            };
            let (seen, fast_seen) = (forward(&x, &changes), forward(&fast(&x), &changes));
            prop_assert!(close(&seen.unwrap(), &fast_seen.unwrap()));
            prop_assert!(close(&back, &backward(&fast(&g), &changes).unwrap()));
        }
    }

    #[test]
    fn no_change_changes_nothing_and_numbers_must_match() {
        let x = pictures(2, 1, 3).to_dtype(DType::F32).unwrap();
        let same = forward(&x, &[Change::NONE; 2]).unwrap();
        assert_eq!(numbers(&same), numbers(&x));
        assert!(forward(&x, &[Change::NONE; 3]).is_err());
        assert!(backward(&x, &[Change::NONE]).is_err());
    }
}
