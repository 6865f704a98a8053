//! Changes of pictures as gathers and broadcasts.

use candle_core::{D, Device, Tensor};

use crate::{Change, Result};

/// Row and column, also outside of the picture.
type Place = (i64, i64);

pub fn augment(x: &Tensor, changes: &[Change]) -> Result<Tensor> {
    let from = |change: &Change, place: Place| {
        let from = change.source(place);
        (!change.hides(place)).then_some(from)
    };
    moved(&tint(x, changes, true)?, changes, from)
}

/// The tint's matrix is symmetric: the way back is the way there without the constant.
pub fn augment_backward(grad: &Tensor, changes: &[Change]) -> Result<Tensor> {
    let to = |change: &Change, place: Place| {
        let to = change.target(place);
        (!change.hides(to)).then_some(to)
    };
    tint(&moved(grad, changes, to)?, changes, false)
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
    if brighter {
        tinted.broadcast_add(&each(|c| c.brightness)?)
    } else {
        Ok(tinted)
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
