//! Starter faces: endless labelled portraits, computed instead of collected.
//!
//! A portrait is described by [`Factors`] and drawn by [`draw`]. The head is a smooth union of simple solids, found by
//! marching rays; everything is plain arithmetic, so that a face has the same bytes on every machine.

mod dress;
mod factors;
mod features;
mod hair;
mod head;
mod labels;
mod maths;
mod paint;
mod palette;
mod scene;
mod shade;
#[cfg(test)]
mod tests;
mod view;

pub use factors::{CONTINUOUS, Continuous, Eyewear, Factors, HairStyle, Headwear};

use crate::picture::Picture;
use maths::Vec3;
use scene::LANES;
use view::View;

/// Side of the blocks of pixels that share the first part of their rays' way.
const BLOCK: usize = 8;
/// Neighbours that differ more than this (of 1) in a channel are drawn again with four samples each.
const CONTRAST: f32 = 0.045;

/// Draws a face as a square picture of `size` pixels a side (32..=256), smooth-edged; the same bytes on every platform.
pub fn draw(factors: &Factors, size: usize) -> Picture {
    let mut canvas = Canvas::new(factors, size);
    canvas.sketch();
    canvas.refine();
    let mut picture = Picture::new(size, size);
    for (bytes, colour) in picture.rgb.chunks_exact_mut(3).zip(&canvas.colours) {
        for (byte, channel) in bytes.iter_mut().zip([colour.x, colour.y, colour.z]) {
            *byte = (channel * 255.0 + 0.5) as u8;
        }
    }
    picture
}

/// A picture in the making.
struct Canvas {
    view: View,
    size: usize,
    /// Display colours, row by row.
    colours: Vec<Vec3>,
    /// How far the rays of each block may go at once, row by row of blocks.
    starts: Vec<f32>,
}

impl Canvas {
    fn new(factors: &Factors, size: usize) -> Self {
        let view = View::new(factors);
        let blocks = size.div_ceil(BLOCK);
        let mut canvas = Self {
            view,
            size,
            colours: vec![Vec3::default(); size * size],
            starts: Vec::new(),
        };
        let middles: Vec<_> = (0..blocks * blocks)
            .map(|block| {
                let middle = |at: usize| (at * BLOCK) as f32 + 0.5 * BLOCK as f32;
                canvas.place(middle(block % blocks), middle(block / blocks))
            })
            .collect();
        let reach = 1.4143 * BLOCK as f32 / size as f32;
        for packet in middles.chunks(LANES) {
            let found = canvas.view.approach(&padded(packet), reach);
            canvas.starts.extend(found.iter().take(packet.len()));
        }
        canvas
    }

    /// Where a pixel position lies in the picture's own measures: -1..1 across and up.
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let scale = 2.0 / self.size as f32;
        (x * scale - 1.0, 1.0 - y * scale)
    }

    fn start(&self, x: usize, y: usize) -> f32 {
        let index = y / BLOCK * self.size.div_ceil(BLOCK) + x / BLOCK;
        self.starts.get(index).copied().unwrap_or_default()
    }

    /// One sample a pixel.
    fn sketch(&mut self) {
        let size = self.size;
        // Packets of four by two pixels lie close together, so that whole parts can be left out for all their rays.
        let pixels: Vec<_> = (0..size.div_ceil(2) * size.div_ceil(4))
            .flat_map(|packet| {
                let (column, row) = (packet % size.div_ceil(4) * 4, packet / size.div_ceil(4) * 2);
                (0..8).map(move |i| (column + i % 4, row + i / 4))
            })
            .filter(|&(x, y)| x < size && y < size)
            .collect();
        let samples: Vec<_> = pixels
            .iter()
            .map(|&(x, y)| (x as f32 + 0.5, y as f32 + 0.5, self.start(x, y)))
            .collect();
        for (colour, &(x, y)) in self.trace(&samples).into_iter().zip(&pixels) {
            self.colours[y * size + x] = colour;
        }
    }

    /// Four samples for each pixel that differs from a neighbour: edges and fine detail.
    fn refine(&mut self) {
        let size = self.size;
        let rough: Vec<_> = (0..size * size)
            .filter(|&at| self.differs(at % size, at / size))
            .collect();
        let mut samples = Vec::with_capacity(rough.len() * 4);
        for &at in &rough {
            let (x, y) = (at % size, at / size);
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                samples.push((x as f32 + dx, y as f32 + dy, self.start(x, y)));
            }
        }
        let traced = self.trace(&samples);
        for (four, &at) in traced.chunks_exact(4).zip(&rough) {
            self.colours[at] = four
                .iter()
                .fold(Vec3::default(), |sum, &colour| sum + colour)
                * 0.25;
        }
    }

    fn differs(&self, x: usize, y: usize) -> bool {
        let here = self.colours[y * self.size + x];
        let last = self.size - 1;
        [
            (x.saturating_sub(1), y),
            ((x + 1).min(last), y),
            (x, y.saturating_sub(1)),
            (x, (y + 1).min(last)),
        ]
        .into_iter()
        .any(|(x, y)| {
            let step = self.colours[y * self.size + x] - here;
            step.x.abs() > CONTRAST || step.y.abs() > CONTRAST || step.z.abs() > CONTRAST
        })
    }

    /// Display colours of samples given as pixel position and start of the ray.
    fn trace(&self, samples: &[(f32, f32, f32)]) -> Vec<Vec3> {
        let mut colours = Vec::with_capacity(samples.len());
        for packet in samples.chunks(LANES) {
            let full = padded(packet);
            let found = self.view.trace(
                &full.map(|(x, y, _)| self.place(x, y)),
                full.map(|(_, _, start)| start),
            );
            colours.extend(found.iter().take(packet.len()));
        }
        colours
    }
}

/// A packet's lanes, the last item repeated to fill them up.
fn padded<T: Copy + Default>(items: &[T]) -> [T; LANES] {
    let last = items.last().copied().unwrap_or_default();
    std::array::from_fn(|i| items.get(i).copied().unwrap_or(last))
}
