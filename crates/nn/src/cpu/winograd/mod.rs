//! The stride-2 convolutions by Winograd's transforms (see `transforms`): 25 products where a direct convolution has 64.
//!
//! Work goes through the batch in chunks whose transformed tiles fit the last-level cache. Those of one side are made first; then each
//! task owns a panel of channels of the result and transforms the weights that it needs itself, a block at a time, so
//! that these, several times the size of the weights, never leave the core's own cache.

mod tiles;
mod transforms;
mod weights;

use super::matrix::{Panel, Strided, multiply};
use super::scratch::{Scratch, Shared};
use super::simd::panel_width;
use crate::shape::ConvShape;
use rayon::prelude::*;
use std::ops::Range;
use tiles::*;
use weights::{TransformedWeights, downward_weights, upward_weights};

/// Tiles in a chunk.
const CHUNK: usize = 256;
/// Channels summed over at a time.
const DEPTH: usize = 64;
/// Deep channels of a block of the weights' gradient.
const ROWS: usize = 64;

/// Whether this is the way to go, rather than the direct one.
pub fn suits(shape: &ConvShape) -> bool {
    let tiling = Tiling::new(shape);
    let tiles = tiling.per_picture();
    // With few tiles the transforms of the weights outweigh the products, with few channels those of the pictures do; and
    // tiles that stick out of the picture cost as much as others.
    let filled = tiles * SIDE * SIDE * 2 <= 3 * shape.h * shape.w;
    shape.ci >= 16 && shape.co >= 16 && filled && tiles * shape.batch >= 4
}

/// How channels are cut into blocks that are summed over.
#[derive(Clone, Copy)]
struct Blocks {
    channels: usize,
    width: usize,
}

impl Blocks {
    /// Blocks of at most `most` channels, about equal, in whole registers of any unit.
    fn new(channels: usize, most: usize) -> Self {
        let count = channels.div_ceil(most);
        Self {
            channels,
            width: channels.div_ceil(count).next_multiple_of(16),
        }
    }

    fn count(&self) -> usize {
        self.channels.div_ceil(self.width)
    }

    fn range(&self, block: usize) -> Range<usize> {
        block * self.width..((block + 1) * self.width).min(self.channels)
    }
}

/// The tiles of as many whole pictures as fit a chunk, chunk by chunk.
fn chunks(tiling: &Tiling) -> impl Iterator<Item = Range<usize>> {
    let (per_picture, all) = (
        tiling.per_picture(),
        tiling.per_picture() * tiling.shape.batch,
    );
    let size = (CHUNK / per_picture).max(1) * per_picture;
    (0..all)
        .step_by(size)
        .map(move |start| start..(start + size).min(all))
}

/// Which side of the convolution.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Wide,
    Deep,
}

/// Transforms the tiles of a chunk of x or y in blocks of `width` channels.
fn transform_chunk(
    side: Side,
    picture: &[f32],
    tiling: &Tiling,
    chunk: Range<usize>,
    width: usize,
) -> Scratch {
    let (channels, phases) = match side {
        Side::Wide => (tiling.shape.ci, PHASES),
        Side::Deep => (tiling.shape.co, 1),
    };
    let blocks = phases * channels.div_ceil(width);
    let mut memory = Scratch::new(TransformedTiles::len(blocks, chunk.len(), width));
    let v = TransformedTiles {
        start: memory.as_mut_ptr(),
        tiles: chunk.len(),
        width,
    };
    let nothing = Scratch::zeroed(channels);
    let at_a_time = tiling.columns;
    (0..chunk.len() / at_a_time).into_par_iter().for_each(|at| {
        let first = at * at_a_time;
        let tiles = chunk.start + first..chunk.start + first + at_a_time;
        // SAFETY: `memory` holds these blocks, and every task transforms its own tiles.
        unsafe {
            match side {
                Side::Wide => transform_wide(picture, tiling, tiles, v, first, &nothing),
                Side::Deep => transform_deep(picture, tiling, tiles, v, first, &nothing),
            }
        }
    });
    memory
}

/// Parts into which the pictures of a chunk are cut so that, with `panels` panels, every thread has something to do.
fn parts(panels: usize, pictures: usize) -> usize {
    (2 * rayon::current_num_threads())
        .div_ceil(panels)
        .clamp(1, pictures)
}

/// Range `part` of `parts` of the pictures of a chunk, in tiles counted from the chunk's first.
fn part_of(chunk: &Range<usize>, tiling: &Tiling, part: usize, parts: usize) -> Range<usize> {
    let (per_picture, pictures) = (tiling.per_picture(), chunk.len() / tiling.per_picture());
    part * pictures / parts * per_picture..(part + 1) * pictures / parts * per_picture
}

/// y[batch, h, w, co] from x[batch, 2h, 2w, ci].
pub fn down(x: &[f32], w: &[f32], y: &mut [f32], shape: &ConvShape) {
    let tiling = Tiling::new(shape);
    let blocks = Blocks::new(shape.ci, DEPTH);
    let width = panel_width();
    let y = Shared::new(y);
    for chunk in chunks(&tiling) {
        let mut memory = transform_chunk(Side::Wide, x, &tiling, chunk.clone(), blocks.width);
        let v = TransformedTiles {
            start: memory.as_mut_ptr(),
            tiles: chunk.len(),
            width: blocks.width,
        };
        let panels = shape.co.div_ceil(width);
        let parts = parts(panels, chunk.len() / tiling.per_picture());
        (0..panels * parts).into_par_iter().for_each(|task| {
            let channels = task / parts * width..(task / parts * width + width).min(shape.co);
            let tiles = part_of(&chunk, &tiling, task % parts, parts);
            let mut sums = Sums::new(tiles.clone());
            for phase in 0..PHASES {
                for block in 0..blocks.count() {
                    let depth = blocks.range(block);
                    let weights =
                        downward_weights(w, shape, phase, depth.clone(), channels.clone());
                    sums.add(v, phase * blocks.count() + block, depth.len(), &weights);
                }
            }
            let tiles = chunk.start + tiles.start..chunk.start + tiles.end;
            // SAFETY: every task writes its own channels of its own tiles.
            unsafe { inverse_deep(sums.m(), &tiling, tiles, channels, y.at(0, shape.y_len())) }
        });
    }
}

/// x[batch, 2h, 2w, ci] from y[batch, h, w, co].
pub fn up(y: &[f32], w: &[f32], x: &mut [f32], shape: &ConvShape) {
    let tiling = Tiling::new(shape);
    let blocks = Blocks::new(shape.co, DEPTH);
    let width = panel_width();
    let x = Shared::new(x);
    for chunk in chunks(&tiling) {
        let mut memory = transform_chunk(Side::Deep, y, &tiling, chunk.clone(), blocks.width);
        let v = TransformedTiles {
            start: memory.as_mut_ptr(),
            tiles: chunk.len(),
            width: blocks.width,
        };
        let panels = shape.ci.div_ceil(width) * PHASES;
        let parts = parts(panels, chunk.len() / tiling.per_picture());
        (0..panels * parts).into_par_iter().for_each(|task| {
            let (panel, phase) = (task / parts / PHASES, task / parts % PHASES);
            let channels = panel * width..(panel * width + width).min(shape.ci);
            let tiles = part_of(&chunk, &tiling, task % parts, parts);
            let mut sums = Sums::new(tiles.clone());
            for block in 0..blocks.count() {
                let depth = blocks.range(block);
                let weights = upward_weights(w, shape, phase, depth.clone(), channels.clone());
                sums.add(v, block, depth.len(), &weights);
            }
            let tiles = chunk.start + tiles.start..chunk.start + tiles.end;
            // SAFETY: every task writes its own channels of its own phase and pictures.
            unsafe {
                inverse_wide(
                    sums.m(),
                    &tiling,
                    tiles,
                    phase,
                    channels,
                    x.at(0, shape.x_len()),
                )
            }
        });
    }
}

/// dw[co, 4, 4, ci] from x[batch, 2h, 2w, ci] and y[batch, h, w, co].
pub fn weight_grad(x: &[f32], y: &[f32], dw: &mut [f32], shape: &ConvShape) {
    let tiling = Tiling::new(shape);
    let width = panel_width();
    let rows = Blocks::new(shape.co, ROWS);
    let panels = shape.ci.div_ceil(width);
    let tasks = rows.count() * panels * PHASES;
    let sums_len = TransformedTiles::len(1, rows.width, width);
    let several = chunks(&tiling).count() > 1;
    // Sums over chunks are kept in between; if there is only one, each task's fit its core's cache.
    let mut kept = Scratch::new(if several { tasks * sums_len } else { 0 });
    let kept = Shared::new(&mut kept);
    let dw = Shared::new(dw);
    let last = tiling.per_picture() * shape.batch;
    for chunk in chunks(&tiling) {
        let mut wide = transform_chunk(Side::Wide, x, &tiling, chunk.clone(), width);
        let mut deep = transform_chunk(Side::Deep, y, &tiling, chunk.clone(), rows.width);
        let wide = TransformedTiles {
            start: wide.as_mut_ptr(),
            tiles: chunk.len(),
            width,
        };
        let deep = TransformedTiles {
            start: deep.as_mut_ptr(),
            tiles: chunk.len(),
            width: rows.width,
        };
        (0..tasks).into_par_iter().for_each(|task| {
            let (row_block, panel, phase) = (
                task / PHASES / panels,
                task / PHASES % panels,
                task % PHASES,
            );
            let channels = rows.range(row_block);
            let mut own = Scratch::new(if several { 0 } else { sums_len });
            // SAFETY: every task has its own part of `kept`.
            let start = if several {
                unsafe { kept.at(task * sums_len, sums_len) }
            } else {
                own.as_mut_ptr()
            };
            let sums = TransformedTiles {
                start,
                tiles: rows.width,
                width,
            };
            // SAFETY: the transformed tiles are `chunk.len()` of these blocks, the sums a row for each channel.
            unsafe {
                let (deep, wide) = ((deep, row_block), (wide, phase * panels + panel));
                add_outer_products(sums, channels.len(), deep, wide, chunk.start > 0);
            }
            if chunk.end == last {
                let first = panel * width;
                let count = width.min(shape.ci - first);
                let at = |tap| (channels.start * 16 + tap_place(phase, tap)) * shape.ci + first;
                let len = (channels.len() - 1) * shape.patch() + count;
                // SAFETY: every task writes its own taps, rows and columns of the weights.
                unsafe {
                    let taps = [0, 1, 2, 3].map(|tap| dw.at(at(tap), len));
                    inverse_weights(sums, channels.len(), count, taps, shape.patch());
                }
            }
        });
    }
}

/// The sums of `rows` deep channels over all tiles of a chunk, point by point: a block of `deep`, transposed, times a block
/// of `wide`; added to what is there if `add`.
///
/// # Safety
/// Both blocks have as many tiles, and `sums` a row for each deep channel that nobody else touches.
unsafe fn add_outer_products(
    sums: TransformedTiles,
    rows: usize,
    (deep, deep_block): (TransformedTiles, usize),
    (wide, wide_block): (TransformedTiles, usize),
    add: bool,
) {
    for point in 0..POINTS {
        // SAFETY: the caller vouches for it.
        unsafe {
            multiply(&Panel {
                rows,
                depth: wide.tiles,
                columns: wide.width,
                a: Strided {
                    start: deep.at(deep_block, point, 0),
                    row: 1,
                    column: deep.width,
                },
                b: wide.at(wide_block, point, 0),
                b_row: wide.width,
                c: sums.at(0, point, 0),
                c_row: sums.width,
                add,
            });
        }
    }
}

/// M, the products of one panel of the result, for some tiles of a chunk.
struct Sums {
    memory: Scratch,
    tiles: Range<usize>,
    begun: bool,
}

impl Sums {
    fn new(tiles: Range<usize>) -> Self {
        Self {
            memory: Scratch::new(TransformedTiles::len(1, tiles.len(), panel_width())),
            tiles,
            begun: false,
        }
    }

    fn m(&mut self) -> TransformedTiles {
        TransformedTiles {
            start: self.memory.as_mut_ptr(),
            tiles: self.tiles.len(),
            width: panel_width(),
        }
    }

    /// Adds, point by point, a block of the chunk's V times `depth` rows of the weights' U.
    fn add(
        &mut self,
        v: TransformedTiles,
        block: usize,
        depth: usize,
        weights: &TransformedWeights,
    ) {
        let (m, u) = (self.m(), weights.u());
        for point in 0..POINTS {
            // SAFETY: the chunk's V holds these tiles and `depth` channels of the block, the weights' `depth` rows of a
            // panel, and the sums a row for each tile.
            unsafe {
                multiply(&Panel {
                    rows: self.tiles.len(),
                    depth,
                    columns: m.width,
                    a: Strided {
                        start: v.at(block, point, self.tiles.start),
                        row: v.width,
                        column: 1,
                    },
                    b: u.at(0, point, 0),
                    b_row: u.width,
                    c: m.at(0, point, 0),
                    c_row: m.width,
                    add: self.begun,
                });
            }
        }
        self.begun = true;
    }
}
