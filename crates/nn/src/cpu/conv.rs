//! The three kernels behind every layer of a DCGAN, for channels-last pictures: `x` is the wide side, `y` the deep side, and
//! `w[co][kh][kw][ci]` connects them. Each picks what is fastest for the shape.

use super::{dense, im2col, winograd};

/// How the wide and the deep side lie over each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Geometry {
    /// Kernel 4, stride 2, padding 1: 2h×2w on the wide side, h×w on the deep side.
    Stride2,
    /// Kernel 4, stride 1, no padding: 4×4 on the wide side, 1×1 on the deep side.
    Stride1,
}

/// The shape of a convolution: x[batch, wide height, wide width, ci], y[batch, h, w, co], weights [co, 4, 4, ci].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    pub geometry: Geometry,
    pub batch: usize,
    /// Height on the deep side (1 for `Stride1`).
    pub h: usize,
    /// Width on the deep side (1 for `Stride1`).
    pub w: usize,
    pub ci: usize,
    pub co: usize,
}

impl ConvShape {
    /// Height and width on the wide side.
    pub fn wide(&self) -> (usize, usize) {
        match self.geometry {
            Geometry::Stride2 => (2 * self.h, 2 * self.w),
            Geometry::Stride1 => (4, 4),
        }
    }

    pub fn x_len(&self) -> usize {
        let (h, w) = self.wide();
        self.batch * h * w * self.ci
    }

    pub fn y_len(&self) -> usize {
        self.batch * self.h * self.w * self.co
    }

    pub fn w_len(&self) -> usize {
        self.co * self.patch()
    }

    /// Floats of x under one pixel of y.
    pub(super) fn patch(&self) -> usize {
        16 * self.ci
    }

    fn check(&self, x: &[f32], y: &[f32], w: &[f32]) {
        assert_eq!(x.len(), self.x_len(), "x of {self:?}");
        assert_eq!(y.len(), self.y_len(), "y of {self:?}");
        assert_eq!(w.len(), self.w_len(), "weights of {self:?}");
        if self.geometry == Geometry::Stride1 {
            assert_eq!((self.h, self.w), (1, 1), "deep side of {self:?}");
        }
    }

    fn is_empty(&self) -> bool {
        self.x_len() == 0 || self.y_len() == 0
    }
}

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
