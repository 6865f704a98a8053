//! Figures that tell how a network does: sizes of gradients, units that are off.

use candle_core::Tensor;

use super::Result;
use super::device::backend_of;

/// √ of the sum of all squares of all `tensors`: the Euclidean norm of a gradient.
pub fn norm(tensors: &[Tensor]) -> Result<f64> {
    let mut sum = 0.0;
    for tensor in tensors {
        sum += backend_of(tensor).sum_of_squares(tensor)?;
    }
    Ok(sum.sqrt())
}

/// Share of the units of all `features`, each [b, ..], that are not above zero for any of the b
/// pictures, 0..1.
pub fn never_on(features: &[&Tensor]) -> Result<f64> {
    let (mut off, mut all) = (0.0, 0);
    for features in features {
        let units = features.elem_count() / features.dim(0)?.max(1);
        off += backend_of(features).count_never_on(features)?;
        all += units;
    }
    Ok(off / all.max(1) as f64)
}

/// Share of the numbers of all `features` that are below zero, 0..1.
pub fn negative(features: &[&Tensor]) -> Result<f64> {
    let (mut below, mut all) = (0.0, 0);
    for features in features {
        below += backend_of(features).count_negative(features)?;
        all += features.elem_count();
    }
    Ok(below / all.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{DType, Device};

    /// Long enough for several pieces; the fast code (f32) and the portable one (f64).
    #[test]
    fn counts_and_sums_are_right() {
        let (pictures, units) = (3, 9001);
        // Unit u is on in picture u mod 4, which for a quarter of them is no picture.
        let on = |i: usize| i % units % 4 == i / units;
        let numbers: Vec<f32> = (0..pictures * units)
            .map(|i| if on(i) { 0.5 } else { -2.0 })
            .collect();
        let never = (0..units).filter(|u| u % 4 == 3).count() as f64 / units as f64;
        let count_on = (0..pictures * units).filter(|&i| on(i)).count() as f64;
        let below = 1.0 - count_on / numbers.len() as f64;
        let squares = 0.25 * count_on + 4.0 * below * numbers.len() as f64;
        let x = Tensor::from_vec(numbers, (pictures, 1, 1, units), &Device::Cpu).unwrap();
        for dtype in [DType::F32, DType::F64] {
            let x = x.to_dtype(dtype).unwrap();
            assert!((never_on(&[&x, &x]).unwrap() - never).abs() < 1e-6);
            assert!((negative(&[&x]).unwrap() - below).abs() < 1e-6);
            let norm = norm(&[x.clone(), x]).unwrap();
            assert!((norm - (2.0 * squares).sqrt()).abs() < 1e-6 * norm);
        }
        assert_eq!(never_on(&[]).unwrap(), 0.0);
    }
}
