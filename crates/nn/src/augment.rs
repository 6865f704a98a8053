//! Changes of whole pictures that gradients go through: DiffAugment (Zhao et al. 2020).
//!
//! Each is linear in the picture up to a constant, so that the way back is its transpose: exact, and
//! nothing of the way there needs to be kept.

use candle_core::{D, Device, Tensor};

use super::backend::Path;
use super::{Change, Result, cpu, host};

/// Each picture of `x` [b, h, w, c] with its change; the same shape.
///
/// # Errors
/// candle's; where the numbers of pictures and changes differ.
pub fn forward(x: &Tensor, changes: &[Change]) -> Result<Tensor> {
    let shape = shape_of(x, changes)?;
    if Path::of(x) == Path::Host {
        return host::filled(x.shape(), |y| {
            host::with_slices([x], |[x]| cpu::augment(x, y, changes, shape))
        });
    }
    let tinted = tint(x, changes, true)?;
    let from = |change: &Change, (y, x): Place| {
        let from = change.source((y, x));
        (!change.hides((y, x))).then_some(from)
    };
    moved(&tinted, changes, from)
}

/// The gradient [b, h, w, c] of the pictures from that of the changed ones.
///
/// # Errors
/// candle's; where the numbers of pictures and changes differ.
pub fn backward(grad: &Tensor, changes: &[Change]) -> Result<Tensor> {
    let shape = shape_of(grad, changes)?;
    if Path::of(grad) == Path::Host {
        return host::filled(grad.shape(), |of_input| {
            host::with_slices([grad], |[grad]| {
                cpu::augment_backward(grad, of_input, changes, shape)
            })
        });
    }
    let to = |change: &Change, place: Place| {
        let to = change.target(place);
        (!change.hides(to)).then_some(to)
    };
    // The tint's matrix is symmetric: the way back is the way there without the constant.
    tint(&moved(grad, changes, to)?, changes, false)
}

/// Row and column, also outside of the picture.
type Place = (i64, i64);

/// Height, width, channels.
fn shape_of(x: &Tensor, changes: &[Change]) -> Result<(usize, usize, usize)> {
    let (batch, height, width, channels) = x.dims4()?;
    if batch != changes.len() {
        candle_core::bail!("{batch} pictures but {} changes", changes.len());
    }
    Ok((height, width, channels))
}

/// Saturation, contrast and, if `brighter`, brightness.
fn tint(x: &Tensor, changes: &[Change], brighter: bool) -> Result<Tensor> {
    let each = |number: fn(&Change) -> f32| {
        let numbers: Vec<f32> = changes.iter().map(number).collect();
        let column = Tensor::from_vec(numbers, (changes.len(), 1, 1, 1), &Device::Cpu)?;
        column.to_device(x.device())?.to_dtype(x.dtype())
    };
    let of_pixel = x.mean_keepdim(D::Minus1)?; // [b, h, w, 1]
    let of_picture = x.mean_keepdim((1, 2, 3))?; // [b, 1, 1, 1]
    let tinted = x
        .broadcast_mul(&each(|c| c.contrast * c.saturation)?)?
        .broadcast_add(&of_pixel.broadcast_mul(&each(|c| c.contrast * (1.0 - c.saturation))?)?)?
        .broadcast_add(&of_picture.broadcast_mul(&each(|c| 1.0 - c.contrast)?)?)?;
    match brighter {
        true => tinted.broadcast_add(&each(|c| c.brightness)?),
        false => Ok(tinted),
    }
}

/// Each pixel from where `from` says, black (0) where it says nothing or beyond the edge.
fn moved(
    x: &Tensor,
    changes: &[Change],
    from: impl Fn(&Change, Place) -> Option<Place>,
) -> Result<Tensor> {
    let (batch, height, width, channels) = x.dims4()?;
    let (mut index, mut seen) = (Vec::new(), Vec::new());
    for change in changes {
        for y in 0..height as i64 {
            for x in 0..width as i64 {
                let from = from(change, (y, x)).filter(|&(y, x)| {
                    (0..height as i64).contains(&y) && (0..width as i64).contains(&x)
                });
                index.push(from.map_or(0, |(y, x)| y as u32 * width as u32 + x as u32));
                seen.push(f32::from(u8::from(from.is_some())));
            }
        }
    }
    let places = (batch, height * width, 1);
    let index = Tensor::from_vec(index, places, &Device::Cpu)?.to_device(x.device())?;
    let index = index.broadcast_as((batch, height * width, channels))?;
    let seen = Tensor::from_vec(seen, places, &Device::Cpu)?.to_device(x.device())?;
    let flat = x.reshape((batch, height * width, channels))?;
    let gathered = flat.contiguous()?.gather(&index.contiguous()?, 1)?; // [b, h·w, c]
    gathered
        .broadcast_mul(&seen.to_dtype(x.dtype())?)?
        .reshape(x.shape())
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::DType;
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
