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
mod tour;
mod view;

pub use factors::{CONTINUOUS, Continuous, Edition, Eyewear, Factors, HairStyle, Headwear};
pub use tour::tour;

use maths::Vec3;
use scene::LANES;
use shade::Light;
use view::{FAR, Ray, Sample, View};

/// Side of the blocks of pixels that share the first part of their rays' way.
const BLOCK: usize = 8;
/// Neighbours that differ more than this (of 1) in a channel are drawn again with four samples each.
const CONTRAST: f32 = 0.07;
/// How much nearer than the pixels around a second look may find something.
const SLACK: f32 = 0.06;

/// Draws a face as a square picture of `size` pixels a side (32..=256), smooth-edged: three bytes a pixel,
/// red, green, blue, row by row; the same bytes on every platform.
pub fn draw(factors: &Factors, size: usize) -> Vec<u8> {
    let mut canvas = Canvas::new(factors, size);
    canvas.sketch();
    canvas.refine();
    let mut rgb = vec![0; 3 * size * size];
    for (bytes, sample) in rgb.chunks_exact_mut(3).zip(&canvas.samples) {
        for (byte, channel) in
            bytes
                .iter_mut()
                .zip([sample.colour.x, sample.colour.y, sample.colour.z])
        {
            *byte = (channel * 255.0 + 0.5) as u8;
        }
    }
    rgb
}

/// A picture in the making.
struct Canvas {
    view: View,
    size: usize,
    /// One sample a pixel, row by row.
    samples: Vec<Sample>,
}

impl Canvas {
    fn new(factors: &Factors, size: usize) -> Self {
        Self {
            view: View::new(factors, size),
            size,
            samples: vec![Sample::default(); size * size],
        }
    }

    /// The ray through a position counted in pixels.
    fn ray(&self, x: f32, y: f32, start: f32) -> Ray {
        let scale = 2.0 / self.size as f32;
        Ray {
            place: (x * scale - 1.0, 1.0 - y * scale),
            start,
        }
    }

    /// How far the rays of each block may go at once, row by row of blocks.
    fn approaches(&self) -> Vec<f32> {
        let blocks = self.size.div_ceil(BLOCK);
        let middle = |at: usize| (at * BLOCK) as f32 + 0.5 * BLOCK as f32;
        let middles: Vec<_> = (0..blocks * blocks)
            .map(|block| {
                self.ray(middle(block % blocks), middle(block / blocks), 0.0)
                    .place
            })
            .collect();
        let reach = 1.4143 * BLOCK as f32 / self.size as f32;
        in_packets(&middles, |packet| self.view.approach(packet, reach))
    }

    /// One sample a pixel.
    fn sketch(&mut self) {
        let (size, starts) = (self.size, self.approaches());
        // Packets of four by two pixels lie close together, so that whole parts can be left out for all their rays.
        let columns = size.div_ceil(4);
        let pixels: Vec<_> = (0..size.div_ceil(2) * columns)
            .flat_map(|packet| {
                (0..8).map(move |i| (packet % columns * 4 + i % 4, packet / columns * 2 + i / 4))
            })
            .filter(|&(x, y)| x < size && y < size)
            .collect();
        let rays: Vec<_> = pixels
            .iter()
            .map(|&(x, y)| {
                let start = starts.get(y / BLOCK * size.div_ceil(BLOCK) + x / BLOCK);
                self.ray(
                    x as f32 + 0.5,
                    y as f32 + 0.5,
                    start.copied().unwrap_or(0.0),
                )
            })
            .collect();
        let traced = in_packets(&rays, |packet| self.view.trace(packet, None));
        // All pixels were held inside the picture above.
        for (sample, &(x, y)) in traced.into_iter().zip(&pixels) {
            self.samples[y * size + x] = sample;
        }
    }

    /// Four samples for each pixel that differs from a neighbour: edges and fine detail.
    fn refine(&mut self) {
        let size = self.size;
        let rough: Vec<_> = (0..size * size).filter(|&at| self.differs(at)).collect();
        let rays: Vec<_> = rough
            .iter()
            .flat_map(|&at| {
                let (x, y) = ((at % size) as f32, (at / size) as f32);
                let (start, light) = self.surroundings(at);
                [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
                    .map(|(dx, dy)| (self.ray(x + dx, y + dy, start), light))
            })
            .collect();
        let traced = in_packets(&rays, |packet| {
            self.view.trace(
                &packet.map(|(ray, _)| ray),
                Some(&packet.map(|(_, light)| light)),
            )
        });
        // All of `rough` lie in the picture.
        for (four, &at) in traced.chunks_exact(4).zip(&rough) {
            self.samples[at].colour = four
                .iter()
                .fold(Vec3::default(), |sum, sample| sum + sample.colour)
                * 0.25;
        }
    }

    /// The pixel itself, then those around it. `at` lies in the picture, and so do its neighbours, held to its edges.
    fn around(&self, at: usize) -> impl Iterator<Item = &Sample> {
        let (x, y, last) = (at % self.size, at / self.size, self.size - 1);
        let (left, right) = (x.saturating_sub(1), (x + 1).min(last));
        let (above, below) = (y.saturating_sub(1), (y + 1).min(last));
        [
            (x, y),
            (x, above),
            (left, y),
            (right, y),
            (x, below),
            (left, above),
            (right, above),
            (left, below),
            (right, below),
        ]
        .into_iter()
        .map(|(x, y)| &self.samples[y * self.size + x])
    }

    fn differs(&self, at: usize) -> bool {
        let here = self.samples[at].colour;
        self.around(at).skip(1).take(4).any(|sample| {
            let step = sample.colour - here;
            step.x.abs() > CONTRAST || step.y.abs() > CONTRAST || step.z.abs() > CONTRAST
        })
    }

    /// What is known before a pixel is sampled again: where its rays may start, and the light there.
    fn surroundings(&self, at: usize) -> (f32, Light) {
        let nearest = self
            .around(at)
            .fold(FAR, |least, sample| least.min(sample.far));
        let light = self.around(at).find_map(|sample| sample.light);
        (nearest - SLACK, light.unwrap_or_default())
    }
}

/// Does `work` on all items, packet by packet; the last packet is filled up with its last item.
fn in_packets<T: Copy, R>(items: &[T], work: impl Fn(&[T; LANES]) -> [R; LANES]) -> Vec<R> {
    let mut results = Vec::with_capacity(items.len() + LANES);
    for packet in items.chunks(LANES) {
        // `chunks` never gives an empty packet.
        let last = packet[packet.len() - 1];
        let full = std::array::from_fn(|i| packet.get(i).copied().unwrap_or(last));
        results.extend(work(&full).into_iter().take(packet.len()));
    }
    results
}
