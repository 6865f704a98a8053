//! Mean and variance of the channels of a batch.

use super::scratch::Scratch;
use super::simd::{Vector, versioned};
use rayon::prelude::*;

/// Mean and variance of each channel, and 1 / √(variance + eps).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    pub mean: Vec<f32>,
    /// Biased: divided by the number of rows.
    pub variance: Vec<f32>,
    pub inv_std: Vec<f32>,
}

impl Statistics {
    /// Of a batch x[rows, channels].
    pub fn of_batch(x: &[f32], channels: usize, eps: f32) -> Self {
        let rows = rows_of(x, channels);
        let block = block_len(channels);
        // Mean and sum of squared distances of each block, then of all: neither loses digits to a large mean.
        let mut parts = Scratch::new(x.len().div_ceil(block) * 2 * channels);
        x.par_chunks(block)
            .zip(parts.par_chunks_mut(2 * channels))
            .for_each(|(x, part)| {
                let (mean, squares) = part.split_at_mut(channels);
                moments(x, mean, squares);
            });
        let rows_of_part =
            |part: usize| (x.len() - part * block).min(block) as f64 / channels as f64;
        let (mut mean, mut variance) = (Vec::with_capacity(channels), Vec::with_capacity(channels));
        for c in 0..channels {
            let (mut sum, mut squares) = (0.0, 0.0);
            for (i, part) in parts.chunks_exact(2 * channels).enumerate() {
                sum += rows_of_part(i) * f64::from(part[c]);
            }
            let center = sum / rows as f64;
            for (i, part) in parts.chunks_exact(2 * channels).enumerate() {
                let off = f64::from(part[c]) - center;
                squares += f64::from(part[channels + c]) + rows_of_part(i) * off * off;
            }
            mean.push(center as f32);
            variance.push((squares / rows as f64) as f32);
        }
        Self::from_running(mean, variance, eps)
    }

    /// The running ones, for the forward pass in eval mode.
    pub fn from_running(mean: Vec<f32>, variance: Vec<f32>, eps: f32) -> Self {
        let inv_std = variance
            .iter()
            .map(|&v| (1.0 / (f64::from(v) + f64::from(eps)).sqrt()) as f32)
            .collect();
        Self {
            mean,
            variance,
            inv_std,
        }
    }

    /// z = factor·x + offset is the normalised, scaled and shifted x.
    pub(super) fn line(&self, gamma: &[f32], beta: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let factor: Vec<f32> = gamma
            .iter()
            .zip(&self.inv_std)
            .map(|(g, i)| g * i)
            .collect();
        let offset = beta
            .iter()
            .zip(&self.mean)
            .zip(&factor)
            .map(|((b, m), f)| b - m * f)
            .collect();
        (factor, offset)
    }
}

pub fn rows_of(x: &[f32], channels: usize) -> usize {
    assert!(
        channels > 0 && x.len().is_multiple_of(channels),
        "{} floats, {channels} channels",
        x.len()
    );
    x.len() / channels
}

/// Floats of whole rows that one task handles; the same whatever the number of threads, so that sums are, too.
pub fn block_len(channels: usize) -> usize {
    (16 * 1024 / channels).max(1) * channels
}

versioned! {
    /// Mean and sum of squared distances from it of each column of x.
    fn moments<V>(x: &[f32], mean: &mut [f32], squares: &mut [f32]) {
        let channels = mean.len();
        let rows = x.len() / channels;
        let mut c = 0;
        while c < channels {
            let wide = channels - c >= 4 * V::LANES;
            let count = V::LANES.min(channels - c);
            // SAFETY: columns c.. of `rows` rows, four registers or `count` of them; both outputs have all channels.
            unsafe {
                let (x, mean, squares) = (x.as_ptr().add(c), mean.as_mut_ptr().add(c), squares.as_mut_ptr().add(c));
                if wide {
                    column_moments::<V, 4>(x, rows, channels, V::LANES, mean, squares);
                } else {
                    column_moments::<V, 1>(x, rows, channels, count, mean, squares);
                }
            }
            c += if wide { 4 * V::LANES } else { count };
        }
    }
}

/// Register i of N, of which only a single one can be incomplete and then holds `count`.
///
/// # Safety
/// Readable there.
#[inline(always)]
pub unsafe fn load<V: Vector, const N: usize>(from: *const f32, i: usize, count: usize) -> V {
    // SAFETY: the caller vouches for it.
    unsafe {
        if N == 1 {
            V::load_first(from, count)
        } else {
            V::load(from.add(i * V::LANES))
        }
    }
}

/// `moments` of N registers of columns, of which the last holds `count`.
///
/// # Safety
/// The pointers are good for that many columns, x for `rows` rows of them, `channels` apart.
#[inline(always)]
unsafe fn column_moments<V: Vector, const N: usize>(
    x: *const f32,
    rows: usize,
    channels: usize,
    count: usize,
    mean: *mut f32,
    squares: *mut f32,
) {
    let mut sums = [V::splat(0.0); N];
    for row in 0..rows {
        for (i, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the caller vouches for the columns.
            *sum = *sum + unsafe { load::<V, N>(x.add(row * channels), i, count) };
        }
    }
    let means = sums.map(|sum| sum * V::splat(1.0 / rows as f32));
    let mut sums = [V::splat(0.0); N];
    for row in 0..rows {
        for (i, (sum, &mean)) in sums.iter_mut().zip(&means).enumerate() {
            // SAFETY: as above.
            let off = unsafe { load::<V, N>(x.add(row * channels), i, count) } - mean;
            *sum = off.mul_add(off, *sum);
        }
    }
    for i in 0..N {
        // SAFETY: as for the reads.
        unsafe {
            means[i].store_first(mean.add(i * V::LANES), count);
            sums[i].store_first(squares.add(i * V::LANES), count);
        }
    }
}
