//! Convolutions whose kernel covers the whole picture: matrix products with w as a [co × 16·ci] matrix.

use super::matrix::Strided;
use super::product::{dot, product};
use crate::shape::ConvShape;
use rayon::prelude::*;

/// Up to so many outputs a picture, plain dot products beat a panel that would be mostly padding.
const FEW: usize = 4;

/// y[batch, co] = x[batch, 16·ci] · wᵀ.
pub fn down(x: &[f32], w: &[f32], y: &mut [f32], shape: &ConvShape) {
    let (patch, co) = (shape.patch(), shape.co);
    if co <= FEW {
        y.par_chunks_mut(co)
            .zip(x.par_chunks(patch))
            .for_each(|(y, x)| {
                for (y, w) in y.iter_mut().zip(w.chunks_exact(patch)) {
                    *y = dot(x, w);
                }
            });
    } else {
        // SAFETY: the slices have the shape's lengths.
        unsafe {
            product(
                shape.batch,
                patch,
                co,
                Strided::rows(x, patch),
                Strided::columns(w, patch),
                y,
            )
        }
    }
}

/// x[batch, 16·ci] = y[batch, co] · w.
pub fn up(y: &[f32], w: &[f32], x: &mut [f32], shape: &ConvShape) {
    let (patch, co) = (shape.patch(), shape.co);
    // SAFETY: the slices have the shape's lengths.
    unsafe {
        product(
            shape.batch,
            co,
            patch,
            Strided::rows(y, co),
            Strided::rows(w, patch),
            x,
        )
    }
}

/// dw[co, 16·ci] = yᵀ · x.
pub fn weight_grad(x: &[f32], y: &[f32], dw: &mut [f32], shape: &ConvShape) {
    let (patch, co) = (shape.patch(), shape.co);
    // SAFETY: the slices have the shape's lengths.
    unsafe {
        product(
            co,
            shape.batch,
            patch,
            Strided::columns(y, co),
            Strided::rows(x, patch),
            dw,
        )
    }
}
