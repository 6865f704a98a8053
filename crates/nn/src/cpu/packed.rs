//! Transposed convolutions of one picture at a time, with weights laid out for it beforehand.
//!
//! A single picture leaves little to compute with each weight: what costs is to fetch the weights, and laid out as the
//! networks keep them they are fetched in short pieces, 16 KiB apart. Here every task reads its weights once, in one go; each
//! of the four phases of the wide side (even or odd row, even or odd column) is a convolution of its own with 2×2 taps, whose
//! products add up in place. Batch norm is folded into weights and bias. The weights are kept as 16-bit floats, half as much
//! to fetch, and computed with in 32 bits: that moves a picture by less than its 8 bits can show.

use super::half::{to_floats, to_half};
use super::matrix::{Panel, Strided, multiply};
use super::product::combine_rows;
use super::scratch::{Scratch, Shared};
use super::simd::{panel_width, versioned};
use rayon::prelude::*;

/// Phases of the wide side.
const PHASES: usize = 4;
/// Rows or columns of the deep side that reach a phase, counted from the one before: (offset, kernel place).
const TAPS: [[(usize, usize); 2]; 2] = [[(1, 1), (0, 3)], [(2, 0), (1, 2)]];
/// Channels summed over at a time: as many as fit a core's first cache beside the pixels.
const DEPTH: usize = 256;
/// Panels that one task of the first layer works on.
const GROUP: usize = 4;

/// Channels-last features of one picture with a border of one zero pixel.
pub struct Bordered {
    numbers: Scratch,
    pub side: usize,
    pub channels: usize,
}

impl Bordered {
    fn zeroed(side: usize, channels: usize) -> Self {
        Self {
            numbers: Scratch::zeroed((side + 2) * (side + 2) * channels),
            side,
            channels,
        }
    }

    /// Where pixel (row, column) begins, the border counted.
    fn at(&self, row: usize, column: usize) -> usize {
        (row * (self.side + 2) + column) * self.channels
    }

    /// Without the border: [side, side, channels].
    pub fn inner(&self) -> Vec<f32> {
        let line = self.side * self.channels;
        let row = |row| &self.numbers[self.at(row, 1)..][..line];
        (1..=self.side).flat_map(row).copied().collect()
    }
}

/// What follows the sums of a channel.
#[derive(Clone, Debug)]
pub struct After {
    /// Multiplies the weights of each channel.
    pub scale: Vec<f32>,
    /// Added to each channel.
    pub bias: Vec<f32>,
    /// Of the activation, left of zero.
    pub slope: f32,
}

/// A row of weights times the scale of their channels; `None` where 16 bits cannot hold one.
fn scale_row(weights: &[f32], scale: &[f32], to: &mut [u16]) -> Option<()> {
    for (to, (weight, scale)) in to.iter_mut().zip(weights.iter().zip(scale)) {
        *to = to_half(weight * scale)?;
    }
    Some(())
}

/// The layer from a latent to 4×4 features.
#[derive(Debug)]
pub struct PackedFirst {
    /// `[16 places][groups of panels][latent][columns of a group]`.
    weights: Vec<u16>,
    latent: usize,
    after: After,
}

impl PackedFirst {
    /// From w[latent, 4, 4, ci]; `None` where a weight is no number that 16 bits can hold.
    pub fn new(w: &[f32], latent: usize, after: After) -> Option<Self> {
        let (ci, width) = (after.bias.len(), GROUP * panel_width());
        assert_eq!(w.len(), latent * 16 * ci);
        let groups = ci.div_ceil(width);
        let mut weights = vec![0; 16 * groups * latent * width];
        for (row, to) in weights.chunks_exact_mut(width).enumerate() {
            let (group, k) = (row / latent, row % latent);
            let (place, first) = (group / groups, group % groups * width);
            let from = &w[(k * 16 + place) * ci..][first..ci.min(first + width)];
            scale_row(from, &after.scale[first..], to)?;
        }
        Some(Self {
            weights,
            latent,
            after,
        })
    }

    /// Numbers of a latent.
    pub fn latent(&self) -> usize {
        self.latent
    }

    /// 4×4 features of the latent `z`.
    pub fn run(&self, z: &[f32]) -> Bordered {
        assert_eq!(z.len(), self.latent);
        let (ci, width) = (self.after.bias.len(), GROUP * panel_width());
        let groups = ci.div_ceil(width);
        let mut output = Bordered::zeroed(4, ci);
        let row = output.at(1, 0);
        let shared = Shared::new(&mut output.numbers);
        (0..16 * groups).into_par_iter().for_each(|task| {
            let (place, first) = (task / groups, task % groups * width);
            let count = width.min(ci - first);
            let at = (place / 4 + 1) * row + (place % 4 + 1) * ci + first;
            let mut weights = Scratch::new(self.latent * width);
            to_floats(&self.weights[task * weights.len()..], &mut weights);
            // SAFETY: every task writes its own channels of its own pixel; `weights` holds `latent` rows of `width`.
            unsafe {
                let to = shared.at(at, count);
                let (z, b) = (
                    Strided::rows(z, self.latent),
                    Strided::rows(&weights, width),
                );
                combine_rows(self.latent, count, z, b, to);
                finish(to, &self.after.bias[first..first + count], self.after.slope);
            }
        });
        output
    }
}

/// A layer that doubles the side.
#[derive(Debug)]
pub struct PackedUp {
    /// `[4 phases][panels][4 taps][co][columns of a panel]`.
    weights: Vec<u16>,
    co: usize,
    after: After,
}

impl PackedUp {
    /// From w[co, 4, 4, ci]; `None` where a weight is no number that 16 bits can hold.
    pub fn new(w: &[f32], co: usize, after: After) -> Option<Self> {
        let (ci, width) = (after.bias.len(), panel_width());
        assert_eq!(w.len(), co * 16 * ci);
        let panels = ci.div_ceil(width);
        let mut weights = vec![0; PHASES * panels * 4 * co * width];
        for (row, to) in weights.chunks_exact_mut(width).enumerate() {
            let (task, tap, k) = (row / co / 4, row / co % 4, row % co);
            let (phase, first) = (task / panels, task % panels * width);
            let ((_, kh), (_, kw)) = (TAPS[phase / 2][tap / 2], TAPS[phase % 2][tap % 2]);
            let from = &w[(k * 16 + kh * 4 + kw) * ci..][first..ci.min(first + width)];
            scale_row(from, &after.scale[first..], to)?;
        }
        Some(Self { weights, co, after })
    }

    /// [side, side, co] → [2 side, 2 side, ci].
    pub fn run(&self, input: &Bordered) -> Bordered {
        assert_eq!(input.channels, self.co);
        let (ci, width) = (self.after.bias.len(), panel_width());
        let panels = ci.div_ceil(width);
        let mut output = Bordered::zeroed(2 * input.side, ci);
        let row = output.at(1, 0);
        let shared = Shared::new(&mut output.numbers);
        (0..PHASES * panels).into_par_iter().for_each(|task| {
            let (phase, first) = (task / panels, task % panels * width);
            let to = Target {
                output: &shared,
                start: (1 + phase / 2) * row + (1 + phase % 2) * ci + first,
                row: 2 * row,
                columns: width.min(ci - first),
            };
            let weights = &self.weights[task * 4 * self.co * width..];
            let bias = &self.after.bias[first..first + to.columns];
            // SAFETY: every task writes its own channels of its own phase; `weights` holds four taps of `co` rows.
            unsafe { self.add_phase(input, phase, weights, bias, &to) }
        });
        output
    }

    /// # Safety
    /// Nobody else touches the pixels of `to`.
    unsafe fn add_phase(
        &self,
        input: &Bordered,
        phase: usize,
        weights: &[u16],
        bias: &[f32],
        to: &Target,
    ) {
        let (side, co, width) = (input.side, self.co, panel_width());
        let c_row = 2 * self.after.bias.len();
        let reach = (side - 1) * c_row + to.columns;
        let blocks = co.div_ceil(DEPTH);
        let mut floats = Scratch::new(DEPTH * width);
        for block in 0..4 * blocks {
            let (tap, first) = (block / blocks, block % blocks * DEPTH);
            let depth = DEPTH.min(co - first);
            let floats = &mut floats[..depth * width];
            to_floats(&weights[(tap * co + first) * width..], floats);
            let ((down, _), (right, _)) = (TAPS[phase / 2][tap / 2], TAPS[phase % 2][tap % 2]);
            for row in 0..side {
                // SAFETY: `side` pixels of a row of the input, border included, `co` rows of a panel, and pixels of `to`.
                unsafe {
                    let c = to.output.at(to.start + row * to.row, reach);
                    multiply(&Panel {
                        rows: side,
                        depth,
                        columns: to.columns,
                        a: Strided::rows(&input.numbers[input.at(row + down, right) + first..], co),
                        b: floats.as_ptr(),
                        b_row: width,
                        c,
                        c_row,
                        add: block > 0,
                    });
                    if block + 1 == 4 * blocks {
                        for pixel in 0..side {
                            finish(c.add(pixel * c_row), bias, self.after.slope);
                        }
                    }
                }
            }
        }
    }
}

/// The pixels of one phase, some channels of each.
struct Target<'a> {
    output: &'a Shared<'a>,
    start: usize,
    row: usize,
    columns: usize,
}

versioned! {
    /// Adds the bias and applies the activation, in place.
    ///
    /// # Safety
    /// `numbers` is writable for as many floats as there are in `bias`, by this thread alone.
    unsafe fn finish<V>(numbers: *mut f32, bias: &[f32], slope: f32) {
        // SAFETY: the caller vouches for it.
        let numbers = unsafe { std::slice::from_raw_parts_mut(numbers, bias.len()) };
        for (number, bias) in numbers.iter_mut().zip(bias) {
            let sum = *number + bias;
            *number = if sum > 0.0 { sum } else { slope * sum };
        }
    }
}
