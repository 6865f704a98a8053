//! Batch norm and the activation behind it in one pass over channels-last pictures: `rows` = batch·height·width rows of
//! `channels` floats.
//!
//! Only the input and two numbers a channel need to be kept for the backward pass; which units were on is found again.

use super::scratch::Scratch;
use super::simd::{Vector, versioned};
use super::statistics::{Statistics, block_len, load, rows_of};
use rayon::prelude::*;

/// y[rows, channels] = activation(gamma · (x − mean) · inv_std + beta), where the activation is the line of slope one above
/// zero and a line of `slope` through zero below.
pub fn batch_norm(
    x: &[f32],
    statistics: &Statistics,
    gamma: &[f32],
    beta: &[f32],
    slope: f32,
    y: &mut [f32],
) {
    assert_eq!(x.len(), y.len());
    rows_of(x, gamma.len());
    let (factor, offset) = statistics.line(gamma, beta);
    let block = block_len(gamma.len());
    if x.len() <= block {
        return apply(y, x, &factor, &offset, slope);
    }
    y.par_chunks_mut(block)
        .zip(x.par_chunks(block))
        .for_each(|(y, x)| apply(y, x, &factor, &offset, slope));
}

/// Everything that the backward pass reads.
#[derive(Clone, Copy)]
pub struct Saved<'a> {
    /// The input of the forward pass, [rows, channels].
    pub x: &'a [f32],
    /// The batch's, as used in the forward pass.
    pub statistics: &'a Statistics,
    pub gamma: &'a [f32],
    pub beta: &'a [f32],
    /// Of the activation below zero.
    pub slope: f32,
}

/// From dy[rows, channels] the gradients dx[rows, channels], dgamma and dbeta, with the batch's own statistics.
pub fn batch_norm_backward(
    saved: &Saved,
    dy: &[f32],
    dx: &mut [f32],
    dgamma: &mut [f32],
    dbeta: &mut [f32],
) {
    let &Saved {
        x,
        statistics,
        gamma,
        beta,
        slope,
    } = saved;
    let channels = gamma.len();
    let rows = rows_of(x, channels);
    assert!(dy.len() == x.len() && dx.len() == x.len());
    assert!(dgamma.len() == channels && dbeta.len() == channels);
    let (factor, offset) = statistics.line(gamma, beta);
    let lines = Lines {
        factor: &factor,
        offset: &offset,
        mean: &statistics.mean,
        slope,
    };

    let block = block_len(channels);
    let mut parts = Scratch::new(x.len().div_ceil(block) * 2 * channels);
    (
        x.par_chunks(block),
        dy.par_chunks(block),
        parts.par_chunks_mut(2 * channels),
    )
        .into_par_iter()
        .for_each(|(x, dy, part)| {
            let (plain, weighted) = part.split_at_mut(channels);
            gradient_sums(x, dy, &lines, plain, weighted);
        });

    // dx = factor · (dz − mean(dz) − x̂ · mean(dz · x̂)) = factor · dz + tilt · x + shift.
    let (mut tilt, mut shift) = (vec![0.0; channels], vec![0.0; channels]);
    for c in 0..channels {
        let (mut plain, mut weighted) = (0.0, 0.0);
        for part in parts.chunks_exact(2 * channels) {
            plain += f64::from(part[c]);
            weighted += f64::from(part[channels + c]);
        }
        let (inv_std, mean, scale) = (
            f64::from(statistics.inv_std[c]),
            f64::from(statistics.mean[c]),
            f64::from(factor[c]) / rows as f64,
        );
        dbeta[c] = plain as f32;
        dgamma[c] = (weighted * inv_std) as f32;
        let slant = -scale * inv_std * inv_std * weighted;
        tilt[c] = slant as f32;
        shift[c] = (-scale * plain - slant * mean) as f32;
    }
    (
        dx.par_chunks_mut(block),
        x.par_chunks(block),
        dy.par_chunks(block),
    )
        .into_par_iter()
        .for_each(|(dx, x, dy)| input_gradient(dx, x, dy, &lines, &tilt, &shift));
}

/// What decides dz = dy · activation'(factor·x + offset), and the mean.
struct Lines<'a> {
    factor: &'a [f32],
    offset: &'a [f32],
    mean: &'a [f32],
    slope: f32,
}

versioned! {
    fn apply<V>(y: &mut [f32], x: &[f32], factor: &[f32], offset: &[f32], slope: f32) {
        let channels = factor.len();
        for (y, x) in y.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
            for (((y, &x), &factor), &offset) in y.iter_mut().zip(x).zip(factor).zip(offset) {
                let z = factor * x + offset;
                *y = if z > 0.0 { z } else { slope * z };
            }
        }
    }
}

versioned! {
    fn input_gradient<V>(dx: &mut [f32], x: &[f32], dy: &[f32], lines: &Lines, tilt: &[f32], shift: &[f32]) {
        let &Lines { factor, offset, slope, .. } = lines;
        let channels = factor.len();
        let (offset, tilt, shift) = (&offset[..channels], &tilt[..channels], &shift[..channels]);
        for ((dx, x), dy) in
            dx.chunks_exact_mut(channels).zip(x.chunks_exact(channels)).zip(dy.chunks_exact(channels))
        {
            for c in 0..channels {
                let z = factor[c] * x[c] + offset[c];
                let dz = if z > 0.0 { dy[c] } else { slope * dy[c] };
                dx[c] = factor[c] * dz + (tilt[c] * x[c] + shift[c]);
            }
        }
    }
}

versioned! {
    /// The sums of dz and of dz · (x − mean) in each column.
    fn gradient_sums<V>(x: &[f32], dy: &[f32], lines: &Lines, plain: &mut [f32], weighted: &mut [f32]) {
        let channels = plain.len();
        let rows = x.len() / channels;
        let mut c = 0;
        while c < channels {
            let wide = channels - c >= 4 * V::LANES;
            let count = V::LANES.min(channels - c);
            // SAFETY: columns c.. of `rows` rows, four registers or `count` of one; all else has all channels.
            unsafe {
                let (x, dy) = (x.as_ptr().add(c), dy.as_ptr().add(c));
                let (plain, weighted) = (plain.as_mut_ptr().add(c), weighted.as_mut_ptr().add(c));
                if wide {
                    column_gradients::<V, 4>(x, dy, rows, lines, c, V::LANES, plain, weighted);
                } else {
                    column_gradients::<V, 1>(x, dy, rows, lines, c, count, plain, weighted);
                }
            }
            c += if wide { 4 * V::LANES } else { count };
        }
    }
}

/// `gradient_sums` of N registers of columns from column c on, of which the last holds `count`.
///
/// # Safety
/// The pointers are good for that many columns, x and dy for `rows` rows of them.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
unsafe fn column_gradients<V: Vector, const N: usize>(
    x: *const f32,
    dy: *const f32,
    rows: usize,
    lines: &Lines,
    c: usize,
    count: usize,
    plain: *mut f32,
    weighted: *mut f32,
) {
    let (mut factor, mut offset, mut mean) =
        ([V::splat(0.0); N], [V::splat(0.0); N], [V::splat(0.0); N]);
    for i in 0..N {
        // SAFETY: from channel c on there are that many.
        factor[i] = unsafe { load::<V, N>(lines.factor[c..].as_ptr(), i, count) };
        // SAFETY: from channel c on there are that many.
        offset[i] = unsafe { load::<V, N>(lines.offset[c..].as_ptr(), i, count) };
        // SAFETY: from channel c on there are that many.
        mean[i] = unsafe { load::<V, N>(lines.mean[c..].as_ptr(), i, count) };
    }
    let slope = V::splat(lines.slope);
    let (mut plains, mut weighteds) = ([V::splat(0.0); N], [V::splat(0.0); N]);
    for row in 0..rows {
        let start = row * lines.factor.len();
        for i in 0..N {
            // SAFETY: row < rows.
            let (x, dy) = unsafe {
                (
                    load::<V, N>(x.add(start), i, count),
                    load::<V, N>(dy.add(start), i, count),
                )
            };
            let dz = x.mul_add(factor[i], offset[i]).if_positive(dy, slope * dy);
            plains[i] = plains[i] + dz;
            weighteds[i] = dz.mul_add(x - mean[i], weighteds[i]);
        }
    }
    for i in 0..N {
        // SAFETY: as for the reads.
        unsafe {
            plains[i].store_first(plain.add(i * V::LANES), count);
            weighteds[i].store_first(weighted.add(i * V::LANES), count);
        }
    }
}
