//! Weights as the middle matrices of Winograd's products, Lavin and Gray's U (see `transforms`).

use super::super::scratch::Scratch;
use super::super::simd::panel_width;
use super::tiles::{TransformedTiles, tap_place, transform_weights};
use crate::shape::ConvShape;
use std::ops::Range;

/// U of one panel of a block of weights.
pub struct TransformedWeights {
    memory: Scratch,
    rows: usize,
}

impl TransformedWeights {
    /// From the matrices of the four taps, whose rows lie `row` apart.
    ///
    /// # Safety
    /// They are readable for `rows` rows of `count` floats.
    unsafe fn new(taps: [*const f32; 4], row: usize, rows: usize, count: usize) -> Self {
        let weights = Self {
            memory: Scratch::new(TransformedTiles::len(1, rows, panel_width())),
            rows,
        };
        // SAFETY: handed on.
        unsafe { transform_weights(taps, row, rows, count, weights.u()) }
        weights
    }

    pub fn u(&self) -> TransformedTiles {
        TransformedTiles {
            start: self.memory.as_ptr().cast_mut(),
            tiles: self.rows,
            width: panel_width(),
        }
    }
}

/// Rows: deep channels `depth`, columns: wide channels `channels`, as the weights lie in memory.
pub fn upward_weights(
    w: &[f32],
    shape: &ConvShape,
    phase: usize,
    depth: Range<usize>,
    channels: Range<usize>,
) -> TransformedWeights {
    let taps = [0, 1, 2, 3].map(|tap| {
        let at = (depth.start * 16 + tap_place(phase, tap)) * shape.ci + channels.start;
        w[at..].as_ptr()
    });
    // SAFETY: row k of a tap begins 16·ci floats behind row k − 1, for every deep channel.
    unsafe { TransformedWeights::new(taps, shape.patch(), depth.len(), channels.len()) }
}

/// Rows: wide channels `depth`, columns: deep channels `channels`, so that the weights have to be transposed.
pub fn downward_weights(
    w: &[f32],
    shape: &ConvShape,
    phase: usize,
    depth: Range<usize>,
    channels: Range<usize>,
) -> TransformedWeights {
    let width = panel_width();
    let len = depth.len() * width;
    let mut turned = Scratch::new(4 * len);
    for (tap, turned) in turned.chunks_exact_mut(len).enumerate() {
        let place = tap_place(phase, tap);
        // A cache line of each row at a time.
        for piece in depth.clone().step_by(16) {
            let piece = piece..(piece + 16).min(depth.end);
            let turned = &mut turned[(piece.start - depth.start) * width..][..piece.len() * width];
            for (column, co) in channels.clone().enumerate() {
                let from = &w[(co * 16 + place) * shape.ci..][piece.clone()];
                for (turned, &from) in turned.chunks_exact_mut(width).zip(from) {
                    turned[column] = from;
                }
            }
        }
    }
    let taps = [0, 1, 2, 3].map(|tap| turned[tap * len..].as_ptr());
    // SAFETY: `turned` holds four matrices of `depth` rows.
    unsafe { TransformedWeights::new(taps, width, depth.len(), channels.len()) }
}
