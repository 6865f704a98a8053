//! The three kernels behind every layer of a DCGAN, for channels-last pictures: `x` is the wide side, `y` the deep side, and
//! `w[co][kh][kw][ci]` connects them. Each picks what is fastest for the shape.

use super::{dense, im2col, winograd};
use crate::shape::{ConvShape, Geometry};

/// The strided convolution y = w ⋆ x, as PyTorch's `conv2d` with `weight[co][ci][kh][kw]` = `w[co][kh][kw][ci]`.
///
/// x[batch, 2h, 2w, ci] (or [batch, 4, 4, ci]), w[co, 4, 4, ci] → y[batch, h, w, co].
pub fn down(x: &[f32], w: &[f32], y: &mut [f32], shape: &ConvShape) {
    shape.check(x, y, w);
    if shape.is_empty() {
        return y.fill(0.0);
    }
    match shape.geometry {
        Geometry::Stride1 => dense::down(x, w, y, shape),
        Geometry::Stride2 if winograd::suits(shape) => winograd::down(x, w, y, shape),
        Geometry::Stride2 => im2col::down(x, w, y, shape),
    }
}

/// The transposed convolution, adjoint of [`down`] in x, as PyTorch's `conv_transpose2d`.
///
/// y[batch, h, w, co], w[co, 4, 4, ci] → x[batch, 2h, 2w, ci] (or [batch, 4, 4, ci]).
pub fn up(y: &[f32], w: &[f32], x: &mut [f32], shape: &ConvShape) {
    shape.check(x, y, w);
    if shape.is_empty() {
        return x.fill(0.0);
    }
    match shape.geometry {
        Geometry::Stride1 => dense::up(y, w, x, shape),
        Geometry::Stride2 if winograd::suits(shape) => winograd::up(y, w, x, shape),
        Geometry::Stride2 => im2col::up(y, w, x, shape),
    }
}

/// The gradient of Σ y·down(x, w) in the weights.
///
/// x[batch, 2h, 2w, ci] (or [batch, 4, 4, ci]), y[batch, h, w, co] → dw[co, 4, 4, ci].
pub fn weight_grad(x: &[f32], y: &[f32], dw: &mut [f32], shape: &ConvShape) {
    shape.check(x, y, dw);
    if shape.is_empty() {
        return dw.fill(0.0);
    }
    match shape.geometry {
        Geometry::Stride1 => dense::weight_grad(x, y, dw, shape),
        Geometry::Stride2 if winograd::suits(shape) => winograd::weight_grad(x, y, dw, shape),
        Geometry::Stride2 => im2col::weight_grad(x, y, dw, shape),
    }
}
