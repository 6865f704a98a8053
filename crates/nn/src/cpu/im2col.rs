//! Stride-2 convolutions as matrix products with patches: a patch is the 4×4×ci floats of x under one pixel of y.
//!
//! Patches are gathered a few hundred at a time into a buffer that stays in the cache, never for the whole batch.

use super::matrix::{Panel, Strided, multiply, multiply_panels, pack};
use super::product::product;
use super::scratch::{Scratch, Shared};
use super::simd::panel_width;
use crate::shape::ConvShape;
use rayon::prelude::*;

/// Floats of patches gathered at a time: half of a usual second-level cache.
const GATHERED: usize = 96 * 1024;

/// Rows of y whose patches are gathered at a time: as many as fit, but some for every thread.
fn rows_at_a_time(shape: &ConvShape, patch: usize) -> usize {
    let fair = (shape.batch * shape.h).div_ceil(2 * rayon::current_num_threads());
    (GATHERED / (shape.w * patch)).clamp(1, fair)
}

/// y[batch, h, w, co] from x[batch, 2h, 2w, ci].
pub fn down(x: &[f32], w: &[f32], y: &mut [f32], shape: &ConvShape) {
    let (patch, co) = (shape.patch(), shape.co);
    // SAFETY: w is [co × patch], read as its transpose.
    let panels = unsafe { pack(Strided::columns(w, patch), patch, co) };
    let rows = rows_at_a_time(shape, patch);
    y.par_chunks_mut(rows * shape.w * co)
        .enumerate()
        .for_each(|(chunk, y)| {
            let pixels = y.len() / co;
            let mut patches = Scratch::new(pixels * patch);
            for (row, patches) in patches.chunks_exact_mut(shape.w * patch).enumerate() {
                gather(x, shape, chunk * rows + row, patch, patches);
            }
            // SAFETY: `patches` is [pixels × patch], `y` [pixels × co], `panels` what `pack` made of [patch × co].
            unsafe {
                multiply_panels(
                    pixels,
                    patch,
                    co,
                    Strided::rows(&patches, patch),
                    &panels,
                    y.as_mut_ptr(),
                    co,
                )
            }
        });
}

/// x[batch, 2h, 2w, ci] from y[batch, h, w, co].
pub fn up(y: &[f32], w: &[f32], x: &mut [f32], shape: &ConvShape) {
    let (patch, co, pixels) = (shape.patch(), shape.co, shape.h * shape.w);
    let picture = 4 * pixels * shape.ci;
    if shape.batch < rayon::current_num_threads() {
        // Too few pictures to share out, so the threads share the columns and then the rows of each.
        let mut patches = Scratch::new(pixels * patch);
        for (y, x) in y.chunks_exact(pixels * co).zip(x.chunks_exact_mut(picture)) {
            // SAFETY: y is [pixels × co], w [co × patch].
            unsafe {
                product(
                    pixels,
                    co,
                    patch,
                    Strided::rows(y, co),
                    Strided::rows(w, patch),
                    &mut patches,
                )
            }
            let row = 2 * shape.w * shape.ci;
            x.par_chunks_mut(row)
                .enumerate()
                .for_each(|(i, x)| fold_row(&patches, shape, i, x));
        }
        return;
    }
    // SAFETY: w is [co × patch].
    let panels = unsafe { pack(Strided::rows(w, patch), co, patch) };
    y.par_chunks(pixels * co)
        .zip(x.par_chunks_mut(picture))
        .for_each(|(y, x)| {
            let mut patches = Scratch::new(pixels * patch);
            // SAFETY: y is [pixels × co], `patches` [pixels × patch], `panels` what `pack` made of [co × patch].
            unsafe {
                multiply_panels(
                    pixels,
                    co,
                    patch,
                    Strided::rows(y, co),
                    &panels,
                    patches.as_mut_ptr(),
                    patch,
                )
            }
            for (i, x) in x.chunks_exact_mut(2 * shape.w * shape.ci).enumerate() {
                fold_row(&patches, shape, i, x);
            }
        });
}

/// dw[co, 4, 4, ci] from x[batch, 2h, 2w, ci] and y[batch, h, w, co].
pub fn weight_grad(x: &[f32], y: &[f32], dw: &mut [f32], shape: &ConvShape) {
    let (patch, co) = (shape.patch(), shape.co);
    let all_rows = shape.batch * shape.h;
    // One sum a thread, added up in order: the same result for the same number of threads.
    let parts = rayon::current_num_threads().min(all_rows);
    let mut sums = Scratch::new(parts * dw.len());
    sums.par_chunks_mut(dw.len())
        .enumerate()
        .for_each(|(part, sum)| {
            let rows = part * all_rows / parts..(part + 1) * all_rows / parts;
            weight_grad_of_rows(x, y, sum, shape, rows);
        });
    let shared = Shared::new(dw);
    let piece = (co * patch).div_ceil(4 * parts);
    (0..4 * parts).into_par_iter().for_each(|at| {
        let range = (at * piece).min(co * patch)..((at + 1) * piece).min(co * patch);
        // SAFETY: the pieces do not overlap.
        let dw = unsafe {
            std::slice::from_raw_parts_mut(shared.at(range.start, range.len()), range.len())
        };
        dw.copy_from_slice(&sums[range.clone()]);
        for sum in sums.chunks_exact(co * patch).skip(1) {
            for (dw, sum) in dw.iter_mut().zip(&sum[range.clone()]) {
                *dw += sum;
            }
        }
    });
}

/// The part of `weight_grad` that comes from some rows of y, counted over the batch.
fn weight_grad_of_rows(
    x: &[f32],
    y: &[f32],
    dw: &mut [f32],
    shape: &ConvShape,
    rows: std::ops::Range<usize>,
) {
    let (patch, co, w) = (shape.patch(), shape.co, shape.w);
    let width = panel_width();
    // Rows of patches as wide as whole panels, so that they can be read as panels in place.
    let stride = patch.next_multiple_of(width);
    let at_a_time = rows_at_a_time(shape, stride);
    let mut patches = Scratch::zeroed(at_a_time * w * stride);
    let mut first = rows.start;
    while first < rows.end {
        let count = at_a_time.min(rows.end - first);
        for (row, patches) in patches.chunks_exact_mut(w * stride).take(count).enumerate() {
            gather(x, shape, first + row, stride, patches);
        }
        let y = &y[first * w * co..(first + count) * w * co];
        for column in (0..patch).step_by(width) {
            // SAFETY: yᵀ is [co × pixels], `patches` [pixels × stride] with room for whole panels, dw [co × patch].
            unsafe {
                multiply(&Panel {
                    rows: co,
                    depth: count * w,
                    columns: width.min(patch - column),
                    a: Strided::columns(y, co),
                    b: patches.as_ptr().add(column),
                    b_row: stride,
                    c: dw.as_mut_ptr().add(column),
                    c_row: patch,
                    add: first > rows.start,
                });
            }
        }
        first += count;
    }
}

/// Writes the patches under one row of y (counted over the batch) to rows of `stride` floats.
fn gather(x: &[f32], shape: &ConvShape, row: usize, stride: usize, to: &mut [f32]) {
    let &ConvShape { h, w, ci, .. } = shape;
    let (picture, i) = (row / h, row % h);
    let line = 2 * w * ci;
    for kh in 0..4 {
        let inside = (1..=2 * h).contains(&(2 * i + kh));
        let x = if inside {
            &x[(picture * 2 * h + 2 * i + kh - 1) * line..][..line]
        } else {
            &[]
        };
        for (j, to) in to.chunks_exact_mut(stride).enumerate() {
            let to = &mut to[kh * 4 * ci..][..4 * ci];
            if !inside {
                to.fill(0.0);
            } else if j > 0 && j + 1 < w {
                to.copy_from_slice(&x[(2 * j - 1) * ci..][..4 * ci]);
            } else {
                for (kw, to) in to.chunks_exact_mut(ci).enumerate() {
                    match (2 * j + kw).checked_sub(1).filter(|&column| column < 2 * w) {
                        Some(column) => to.copy_from_slice(&x[column * ci..][..ci]),
                        None => to.fill(0.0),
                    }
                }
            }
        }
    }
}

/// Adds up, for row i of one picture x, what the patches of that picture hold for it.
fn fold_row(patches: &[f32], shape: &ConvShape, i: usize, x: &mut [f32]) {
    let &ConvShape { h, w, ci, .. } = shape;
    let patch = shape.patch();
    x.fill(0.0);
    // Wide row i lies under deep row r at kernel row i + 1 - 2r.
    for kh in [(i + 1) % 2 + 2, (i + 1) % 2] {
        let Some(row) = (i + 1)
            .checked_sub(kh)
            .map(|twice| twice / 2)
            .filter(|&row| row < h)
        else {
            continue;
        };
        for (j, from) in patches[row * w * patch..][..w * patch]
            .chunks_exact(patch)
            .enumerate()
        {
            let from = &from[kh * 4 * ci..][..4 * ci];
            let (from, first) = if j == 0 {
                (&from[ci..], 0)
            } else {
                (from, (2 * j - 1) * ci)
            };
            for (x, from) in x[first..].iter_mut().zip(from) {
                *x += from;
            }
        }
    }
}
