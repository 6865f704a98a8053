//! Every operation against plain loops in f64.

mod convolutions;
mod pointwise;

use super::activation::{leaky_relu, leaky_relu_backward, tanh, tanh_backward};
use super::batch_norm::{Saved, batch_norm, batch_norm_backward};
use super::conv::{down, up, weight_grad};
use super::{Recycler, Statistics, adam};
use crate::shape::{ConvShape, Geometry};

/// A small xorshift generator: the tests need no more.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    fn floats(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.next()).collect()
    }
}

fn halve(batch: usize, h: usize, w: usize, ci: usize, co: usize) -> ConvShape {
    ConvShape {
        geometry: Geometry::Stride2,
        batch,
        h,
        w,
        ci,
        co,
    }
}

fn whole(batch: usize, ci: usize, co: usize) -> ConvShape {
    ConvShape {
        geometry: Geometry::Stride1,
        batch,
        h: 1,
        w: 1,
        ci,
        co,
    }
}

/// Odd batches and heights, thin and wide, widths that fill no register, and those of real networks.
fn shapes() -> Vec<ConvShape> {
    vec![
        halve(1, 1, 1, 1, 1),
        halve(3, 2, 3, 3, 5),
        halve(5, 4, 4, 3, 64),
        halve(2, 7, 5, 1, 33),
        halve(3, 5, 6, 17, 19),
        halve(1, 3, 3, 16, 16),
        halve(1, 4, 4, 48, 32),
        halve(1, 16, 16, 3, 64),
        halve(2, 8, 8, 64, 128),
        halve(9, 4, 4, 33, 70),
        halve(7, 4, 8, 40, 24),
        halve(5, 9, 6, 20, 48),
        halve(3, 2, 2, 32, 64),
        halve(4, 16, 12, 24, 40),
        halve(33, 4, 4, 136, 144),
        whole(1, 1, 1),
        whole(3, 5, 7),
        whole(64, 32, 1),
        whole(5, 24, 100),
        whole(1, 64, 100),
        whole(33, 40, 6),
    ]
}

/// Calls `visit(x index, w index, y index)` for every product in a convolution.
fn each_product(shape: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let (height, width) = shape.wide();
    let pad = usize::from(shape.geometry == Geometry::Stride2);
    for b in 0..shape.batch {
        for (i, j) in (0..shape.h).flat_map(|i| (0..shape.w).map(move |j| (i, j))) {
            for (kh, kw) in (0..16).map(|k| (k / 4, k % 4)) {
                let (row, column) = (2 * i + kh, 2 * j + kw);
                if row < pad || column < pad || row - pad >= height || column - pad >= width {
                    continue;
                }
                let x = ((b * height + row - pad) * width + column - pad) * shape.ci;
                for co in 0..shape.co {
                    let y = ((b * shape.h + i) * shape.w + j) * shape.co + co;
                    let w = (co * 16 + kh * 4 + kw) * shape.ci;
                    for ci in 0..shape.ci {
                        visit(x + ci, w + ci, y);
                    }
                }
            }
        }
    }
}

/// Largest distance between two slices, relative to the larger one's largest value.
fn distance(got: &[f32], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let scale = want.iter().fold(1e-9, |most: f64, v| most.max(v.abs()));
    got.iter().zip(want).fold(0.0, |most: f64, (&got, want)| {
        most.max((f64::from(got) - want).abs())
    }) / scale
}
