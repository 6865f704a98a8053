//! From pictures and weights to transformed tiles (see `transforms`) and back, tile by tile.

use super::super::simd::{Vector, versioned};
use super::transforms::*;
use crate::shape::ConvShape;
use std::ops::Range;

/// Deep pixels along the side of a tile.
pub const SIDE: usize = 4;
/// Points of the transform: 5×5.
pub const POINTS: usize = 25;
/// Parities of wide rows and columns.
pub const PHASES: usize = 4;

/// How the tiles lie in the pictures.
#[derive(Clone, Copy)]
pub struct Tiling {
    pub shape: ConvShape,
    /// Tiles from top to bottom of a picture.
    pub rows: usize,
    /// Tiles from left to right.
    pub columns: usize,
}

impl Tiling {
    pub fn new(shape: &ConvShape) -> Self {
        Self {
            shape: *shape,
            rows: shape.h.div_ceil(SIDE),
            columns: shape.w.div_ceil(SIDE),
        }
    }

    pub fn per_picture(&self) -> usize {
        self.rows * self.columns
    }

    /// Picture, row and column of a tile.
    #[inline(always)]
    fn place(&self, tile: usize) -> (usize, usize, usize) {
        let inside = tile % self.per_picture();
        (
            tile / self.per_picture(),
            inside / self.columns,
            inside % self.columns,
        )
    }

    /// Where each deep pixel of a tile begins in y; None outside of the picture.
    #[inline(always)]
    fn deep_pixels(&self, tile: usize) -> [[Option<usize>; SIDE]; SIDE] {
        let (picture, row, column) = self.place(tile);
        let ConvShape { h, w, co, .. } = self.shape;
        let mut pixels = [[None; SIDE]; SIDE];
        for (i, pixels) in pixels.iter_mut().enumerate() {
            for (j, pixel) in pixels.iter_mut().enumerate() {
                let (i, j) = (SIDE * row + i, SIDE * column + j);
                *pixel = (i < h && j < w).then_some(((picture * h + i) * w + j) * co);
            }
        }
        pixels
    }

    /// Where each wide pixel of a tile, in one phase, begins in x; None in the padding.
    #[inline(always)]
    fn wide_pixels(&self, tile: usize, phase: usize) -> [[Option<usize>; 5]; 5] {
        let (picture, row, column) = self.place(tile);
        let ConvShape { h, w, ci, .. } = self.shape;
        let mut pixels = [[None; 5]; 5];
        for (i, pixels) in pixels.iter_mut().enumerate() {
            for (j, pixel) in pixels.iter_mut().enumerate() {
                // One more than the row and the column, which begin at −1.
                let i = 2 * (SIDE * row + i) + phase / 2;
                let j = 2 * (SIDE * column + j) + phase % 2;
                let inside = (1..=2 * h).contains(&i) && (1..=2 * w).contains(&j);
                *pixel = inside.then(|| ((picture * 2 * h + i - 1) * 2 * w + j - 1) * ci);
            }
        }
        pixels
    }
}

/// The kernel's row and column, as one of its 16 places, that tap (0..4) of a phase means.
pub fn tap_place(phase: usize, tap: usize) -> usize {
    (2 * (tap / 2) + phase / 2) * 4 + 2 * (tap % 2) + phase % 2
}

/// Transformed tiles, Lavin and Gray's U, V or M: `[block of channels][point][tile][channel in the block]`.
#[derive(Clone, Copy)]
pub struct TransformedTiles {
    pub start: *mut f32,
    pub tiles: usize,
    /// Channels of a block.
    pub width: usize,
}

// SAFETY: only a description; whoever reads or writes through it vouches for what it points to.
unsafe impl Send for TransformedTiles {}
// SAFETY: as above.
unsafe impl Sync for TransformedTiles {}

impl TransformedTiles {
    /// Floats from one point to the next. The odd cache line keeps the points from competing for one place in the cache.
    #[inline(always)]
    pub fn plane(tiles: usize, width: usize) -> usize {
        tiles * width + 16
    }

    /// Floats of `blocks` blocks.
    pub fn len(blocks: usize, tiles: usize, width: usize) -> usize {
        blocks * POINTS * Self::plane(tiles, width)
    }

    /// Where the channels of a tile at a point begin.
    #[inline(always)]
    pub fn at(&self, block: usize, point: usize, tile: usize) -> *mut f32 {
        let offset =
            (block * POINTS + point) * Self::plane(self.tiles, self.width) + tile * self.width;
        self.start.wrapping_add(offset)
    }
}

/// Loads an N×N square of vectors, transforms it and stores it at the 25 points.
///
/// # Safety
/// Every pointer is readable for `count` floats from `c` on; `to` writable for a register at channel `c` of `tile`.
#[inline(always)]
unsafe fn transform_square<V: Vector, T: Transform<N, 5>, const N: usize>(
    from: &[[*const f32; N]; N],
    c: usize,
    count: usize,
    to: *mut f32,
    plane: usize,
) {
    let mut square = [[V::splat(0.0); N]; N];
    for (row, from) in square.iter_mut().zip(from) {
        for (pixel, from) in row.iter_mut().zip(from) {
            // SAFETY: the caller vouches for it.
            *pixel = unsafe { V::load_first(from.add(c), count) };
        }
    }
    let points = in_both::<V, T, N, 5>(square);
    for (i, row) in points.iter().enumerate() {
        for (j, point) in row.iter().enumerate() {
            // SAFETY: the caller vouches for it.
            unsafe { point.store(to.add((i * 5 + j) * plane)) };
        }
    }
}

versioned! {
    /// Bᵀ of the wide pixels x of some tiles, every phase and channel; tile `tiles.start` becomes tile `first` of `v`,
    /// whose blocks are those of phase 0, then of phase 1, and so on.
    ///
    /// # Safety
    /// x has the shape's length; `v` holds those tiles and nobody else touches them. `nothing` is ci zeros.
    pub unsafe fn transform_wide<V>(x: &[f32], tiling: &Tiling, tiles: Range<usize>, v: TransformedTiles, first: usize, nothing: &[f32]) {
        let ci = tiling.shape.ci;
        let blocks = ci.div_ceil(v.width);
        let plane = TransformedTiles::plane(v.tiles, v.width);
        for (at, tile) in tiles.enumerate() {
            for phase in 0..PHASES {
                let from = tiling.wide_pixels(tile, phase).map(|row| {
                    row.map(|pixel| pixel.map_or(nothing.as_ptr(), |pixel| x.as_ptr().wrapping_add(pixel)))
                });
                for c in (0..ci).step_by(V::LANES) {
                    let to = v.at(phase * blocks + c / v.width, 0, first + at).wrapping_add(c % v.width);
                    // SAFETY: pixels have ci channels, and blocks a whole number of registers.
                    unsafe { transform_square::<V, WideToPoints, 5>(&from, c, V::LANES.min(ci - c), to, plane) }
                }
            }
        }
    }
}

versioned! {
    /// A of the deep pixels y of some tiles, every channel; tile `tiles.start` becomes tile `first` of `v`.
    ///
    /// # Safety
    /// y has the shape's length; `v` holds those tiles and nobody else touches them. `nothing` is co zeros.
    pub unsafe fn transform_deep<V>(y: &[f32], tiling: &Tiling, tiles: Range<usize>, v: TransformedTiles, first: usize, nothing: &[f32]) {
        let co = tiling.shape.co;
        let plane = TransformedTiles::plane(v.tiles, v.width);
        for (at, tile) in tiles.enumerate() {
            let from = tiling.deep_pixels(tile).map(|row| {
                row.map(|pixel| pixel.map_or(nothing.as_ptr(), |pixel| y.as_ptr().wrapping_add(pixel)))
            });
            for c in (0..co).step_by(V::LANES) {
                let to = v.at(c / v.width, 0, first + at).wrapping_add(c % v.width);
                // SAFETY: pixels have co channels, and blocks a whole number of registers.
                unsafe { transform_square::<V, DeepToPoints, 4>(&from, c, V::LANES.min(co - c), to, plane) }
            }
        }
    }
}

/// The 25 points of one register of channels.
///
/// # Safety
/// Readable there.
#[inline(always)]
unsafe fn points_at<V: Vector>(from: *const f32, plane: usize) -> [[V; 5]; 5] {
    let mut points = [[V::splat(0.0); 5]; 5];
    for (i, row) in points.iter_mut().enumerate() {
        for (j, point) in row.iter_mut().enumerate() {
            // SAFETY: the caller vouches for it.
            *point = unsafe { V::load(from.add((i * 5 + j) * plane)) };
        }
    }
    points
}

versioned! {
    /// Aᵀ: channels `channels` of the deep pixels of some tiles, from one block of products for just these tiles and channels.
    ///
    /// # Safety
    /// `y` is the whole of y, and nobody else touches those channels of those tiles.
    pub unsafe fn inverse_deep<V>(m: TransformedTiles, tiling: &Tiling, tiles: Range<usize>, channels: Range<usize>, y: *mut f32) {
        let plane = TransformedTiles::plane(m.tiles, m.width);
        for (at, tile) in tiles.enumerate() {
            let pixels = tiling.deep_pixels(tile);
            for c in channels.clone().step_by(V::LANES) {
                let count = V::LANES.min(channels.end - c);
                // SAFETY: m holds whole registers of channels, y the pixels inside.
                unsafe {
                    let points = points_at::<V>(m.at(0, 0, at).add(c - channels.start), plane);
                    let square = in_both::<V, PointsToDeep, 5, 4>(points);
                    for (square, pixels) in square.iter().zip(&pixels) {
                        for (value, pixel) in square.iter().zip(pixels) {
                            if let Some(pixel) = pixel {
                                value.store_first(y.add(pixel + c), count);
                            }
                        }
                    }
                }
            }
        }
    }
}

versioned! {
    /// B: channels `channels` of the wide pixels, in one phase, of the tiles of whole pictures, from one block of products for
    /// just these. Neighbouring tiles share a row or column of pixels, where their parts are added up.
    ///
    /// # Safety
    /// `x` is the whole of x, and nobody else touches those channels of that phase of those pictures.
    pub unsafe fn inverse_wide<V>(m: TransformedTiles, tiling: &Tiling, tiles: Range<usize>, phase: usize, channels: Range<usize>, x: *mut f32) {
        let plane = TransformedTiles::plane(m.tiles, m.width);
        for (at, tile) in tiles.enumerate() {
            let pixels = tiling.wide_pixels(tile, phase);
            let (_, row, column) = tiling.place(tile);
            for c in channels.clone().step_by(V::LANES) {
                let count = V::LANES.min(channels.end - c);
                // SAFETY: m holds whole registers of channels, x the pixels inside.
                unsafe {
                    let points = points_at::<V>(m.at(0, 0, at).add(c - channels.start), plane);
                    let square = in_both::<V, PointsToWide, 5, 5>(points);
                    for (i, (square, pixels)) in square.iter().zip(&pixels).enumerate() {
                        for (j, (&value, pixel)) in square.iter().zip(pixels).enumerate() {
                            let Some(pixel) = pixel else { continue };
                            let to = x.add(pixel + c);
                            // The tile above or to the left was here before.
                            let shared = (i == 0 && row > 0) || (j == 0 && column > 0);
                            let value = if shared { V::load_first(to, count) + value } else { value };
                            value.store_first(to, count);
                        }
                    }
                }
            }
        }
    }
}

versioned! {
    /// G: `rows` rows of `count` weights (at most two registers, the rest made zero) from the matrices of the four taps.
    ///
    /// # Safety
    /// `taps` are readable for `rows` rows of `count` floats, `row` apart; `u` has a block of `rows` "tiles".
    pub unsafe fn transform_weights<V>(taps: [*const f32; 4], row: usize, rows: usize, count: usize, u: TransformedTiles) {
        let plane = TransformedTiles::plane(u.tiles, u.width);
        for k in 0..rows {
            for half in 0..2 {
                let c = half * V::LANES;
                let here = count.saturating_sub(c).min(V::LANES);
                // A half of which nothing is there must not be pointed to either.
                let from = taps.map(|tap| tap.wrapping_add(k * row + c.min(count)));
                // SAFETY: the caller vouches for it.
                unsafe {
                    let from = [[from[0], from[1]], [from[2], from[3]]];
                    transform_square::<V, TapsToPoints, 2>(&from, 0, here, u.at(0, 0, k).add(c), plane);
                }
            }
        }
    }
}

versioned! {
    /// Gᵀ: `rows` rows of `count` weights to the matrices of the four taps.
    ///
    /// # Safety
    /// `taps` are writable for `rows` rows of `count` floats, `row` apart, by nobody else; `m` has a block of `rows`.
    pub unsafe fn inverse_weights<V>(m: TransformedTiles, rows: usize, count: usize, taps: [*mut f32; 4], row: usize) {
        let plane = TransformedTiles::plane(m.tiles, m.width);
        for k in 0..rows {
            for c in (0..count).step_by(V::LANES) {
                // SAFETY: the caller vouches for it.
                unsafe {
                    let points = points_at::<V>(m.at(0, 0, k).add(c), plane);
                    let square = in_both::<V, PointsToTaps, 5, 2>(points);
                    for (tap, value) in taps.iter().zip(square.as_flattened()) {
                        value.store_first(tap.add(k * row + c), V::LANES.min(count - c));
                    }
                }
            }
        }
    }
}
