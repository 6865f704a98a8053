//! Whether a generator draws its training pictures: how near its samples are to the nearest of them, against how near
//! pictures are that it never saw (as the nearest neighbours of many papers, made a number).

use crate::picture::Picture;

/// Pixels a side that pictures are compared at: likeness of what is shown, not of its noise.
const SIDE: usize = 16;

/// Training pictures, made small.
pub struct NearestNeighbours {
    /// One after the other, [`SIDE`]² colours each, and each mirrored as well: a network may have seen it so.
    known: Vec<Vec<f32>>,
}

impl NearestNeighbours {
    /// Of square pictures of at least 16 pixels a side.
    pub fn of(training: &[Picture]) -> Self {
        let both = |picture| {
            let small = shrunk(picture);
            [mirrored(&small), small]
        };
        Self {
            known: training.iter().flat_map(both).collect(),
        }
    }

    /// Median over `pictures` of the distance to the nearest training picture: root mean square over colours, 0..255;
    /// 0 where there are none of either.
    pub fn distance(&self, pictures: &[Picture]) -> f32 {
        let nearest = |picture: &Picture| {
            let small = shrunk(picture);
            let all = self.known.iter().map(|known| squares(known, &small));
            all.fold(f32::INFINITY, f32::min)
        };
        let mut found: Vec<f32> = pictures.iter().map(nearest).collect();
        found.sort_by(f32::total_cmp);
        let median = found.get(found.len() / 2).copied().unwrap_or(0.0);
        if median.is_finite() {
            (median / (3 * SIDE * SIDE) as f32).sqrt()
        } else {
            0.0
        }
    }
}

/// Means over the blocks of a picture, row by row.
fn shrunk(picture: &Picture) -> Vec<f32> {
    let (width, block) = (picture.width, picture.width / SIDE);
    let mut small = vec![0.0; 3 * SIDE * SIDE];
    let rows = picture.rgb.chunks_exact(3 * width).take(SIDE * block);
    for (y, row) in rows.enumerate() {
        for (x, pixel) in row.chunks_exact(3).take(SIDE * block).enumerate() {
            let at = 3 * (y / block * SIDE + x / block);
            for (sum, &byte) in small.iter_mut().skip(at).zip(pixel) {
                *sum += f32::from(byte);
            }
        }
    }
    let count = (block * block) as f32;
    small.iter_mut().for_each(|sum| *sum /= count);
    small
}

fn mirrored(small: &[f32]) -> Vec<f32> {
    let rows = small.chunks_exact(3 * SIDE);
    rows.flat_map(|row| row.chunks_exact(3).rev().flatten().copied())
        .collect()
}

fn squares(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::noise::{Noise, Purpose};

    /// A picture of smooth noise.
    fn picture(seed: u64) -> Picture {
        let numbers = Noise::new(seed, Purpose::Training).normals(3 * 64, 0.0, 60.0);
        let rgb = (0..3 * 32 * 32).map(|at| {
            let (x, y, channel) = (at / 3 % 32 / 4, at / 96 / 4, at % 3);
            (128.0 + numbers[3 * (y * 8 + x) + channel]) as u8
        });
        Picture {
            width: 32,
            height: 32,
            rgb: rgb.collect(),
        }
    }

    #[test]
    fn copies_are_near_and_others_are_not() {
        let training: Vec<Picture> = (0..50).map(picture).collect();
        let nearest = NearestNeighbours::of(&training);
        assert_eq!(nearest.distance(&training[..10]), 0.0);
        let turned: Vec<Picture> = training[..10]
            .iter()
            .map(|picture| {
                let rows = picture.rgb.chunks_exact(96);
                let rgb = rows.flat_map(|row| row.chunks_exact(3).rev().flatten().copied());
                Picture {
                    rgb: rgb.collect(),
                    ..picture.clone()
                }
            })
            .collect();
        assert_eq!(nearest.distance(&turned), 0.0);
        let others: Vec<Picture> = (100..120).map(picture).collect();
        assert!(nearest.distance(&others) > 40.0);
        assert_eq!(nearest.distance(&[]), 0.0);
        assert_eq!(NearestNeighbours::of(&[]).distance(&others), 0.0);
    }
}
