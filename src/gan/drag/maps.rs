//! What a generator draws, on the host: its picture and its last hidden features, looked at in small patches.

use candle_core::{Device, Result, Tensor};

/// A place on the picture in pixels, x and y; the centre of the first pixel is 0, 0.
pub type Place = [f32; 2];

/// How far two places are apart, in pixels.
pub fn distance(a: Place, b: Place) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// One of the maps that patches are cut from.
#[derive(Clone, Debug)]
struct Level {
    /// Pixels of the picture that a cell is wide.
    stride: f32,
    /// Cells from the middle of a patch to its rim.
    radius: i32,
    /// What the numbers of each channel count.
    weights: Vec<f32>,
}

/// How patches are cut: pixels and features, so that both count the same.
#[derive(Clone, Debug)]
pub struct Levels {
    picture: Level,
    features: Level,
}

/// Pixels, and cells of the features, from the middle of a patch to its rim.
const RADIUS: (i32, i32) = (3, 2);

/// A face's maps, [side, side, channels] each.
#[derive(Clone, Debug)]
pub struct Maps {
    pub picture: Map,
    pub features: Map,
}

#[derive(Clone, Debug)]
pub struct Map {
    pub side: usize,
    pub channels: usize,
    pub numbers: Vec<f32>,
}

impl Map {
    fn new(tensor: &Tensor) -> Result<Self> {
        let (_, side, _, channels) = tensor.dims4()?;
        let numbers = tensor.to_device(&Device::Cpu)?.flatten_all()?.to_vec1()?;
        Ok(Self {
            side,
            channels,
            numbers,
        })
    }

    pub fn zeros_like(&self) -> Self {
        Self {
            numbers: vec![0.0; self.numbers.len()],
            ..*self
        }
    }

    /// Averages over `grid` by `grid` cells.
    pub fn pooled(&self, grid: usize) -> Vec<f32> {
        let mut pooled = vec![0.0; grid * grid * self.channels];
        let share = (grid * grid) as f32 / (self.side * self.side) as f32;
        for (pixel, cell) in self.cells(grid) {
            let numbers = self.numbers.get(pixel..).unwrap_or_default();
            let into = pooled.get_mut(cell..).unwrap_or_default();
            for (into, number) in into.iter_mut().zip(numbers).take(self.channels) {
                *into += share * number;
            }
        }
        pooled
    }

    /// The adjoint of [`Map::pooled`], added.
    pub fn spread(&mut self, pooled: &[f32], grid: usize) {
        let (share, channels) = (
            (grid * grid) as f32 / (self.side * self.side) as f32,
            self.channels,
        );
        let cells: Vec<(usize, usize)> = self.cells(grid).collect();
        for (pixel, cell) in cells {
            let numbers = pooled.get(cell..).unwrap_or_default();
            let into = self.numbers.get_mut(pixel..).unwrap_or_default();
            for (into, number) in into.iter_mut().zip(numbers).take(channels) {
                *into += share * number;
            }
        }
    }

    /// Adds a number to each of a pixel's, as much as `mask` says; an empty mask adds none.
    pub fn add(&mut self, mask: &[f32], mut number: impl FnMut(usize) -> f32) {
        let channels = self.channels;
        for (pixel, &share) in mask.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            for at in pixel * channels..(pixel + 1) * channels {
                if let Some(into) = self.numbers.get_mut(at) {
                    *into += share * number(at);
                }
            }
        }
    }

    /// Where each pixel's numbers begin, and those of its cell of a coarser grid.
    fn cells(&self, grid: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (side, channels) = (self.side, self.channels);
        (0..side * side).map(move |pixel| {
            let (x, y) = (pixel % side * grid / side, pixel / side * grid / side);
            (pixel * channels, (y * grid + x) * channels)
        })
    }

    /// The four cells around a place in cells, and their shares (bilinear).
    fn corners(&self, x: f32, y: f32) -> [(usize, f32); 4] {
        let last = self.side as f32 - 1.0;
        let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
        let (left, top) = (x.floor(), y.floor());
        let (right, low) = (x - left, y - top);
        let cell = |x: f32, y: f32| {
            let (x, y) = (x.min(last) as usize, y.min(last) as usize);
            (y * self.side + x) * self.channels
        };
        [
            (cell(left, top), (1.0 - right) * (1.0 - low)),
            (cell(left + 1.0, top), right * (1.0 - low)),
            (cell(left, top + 1.0), (1.0 - right) * low),
            (cell(left + 1.0, top + 1.0), right * low),
        ]
    }
}

impl Maps {
    /// Of the face drawn by a generator's last two blocks, [1, h, w, c].
    ///
    /// # Errors
    /// candle's, for a device that fails or a network of one block.
    pub fn new(outputs: &[Tensor]) -> Result<Self> {
        let [.., features, picture] = outputs else {
            candle_core::bail!("a generator of one block has no features");
        };
        Ok(Self {
            picture: Map::new(picture)?,
            features: Map::new(features)?,
        })
    }

    pub fn zeros_like(&self) -> Self {
        Self {
            picture: self.picture.zeros_like(),
            features: self.features.zeros_like(),
        }
    }
}

impl Levels {
    /// For faces such as those that gave `outputs`, [b, h, w, c] a block: a feature that varies little counts as
    /// much as one that varies widely.
    ///
    /// # Errors
    /// candle's, for a device that fails or a network of one block.
    pub fn new(outputs: &[Tensor]) -> Result<Self> {
        let [.., features, picture] = outputs else {
            candle_core::bail!("a generator of one block has no features");
        };
        let (_, side, _, channels) = picture.dims4()?;
        let (_, cells, _, maps) = features.dims4()?;
        let spread = |tensor: &Tensor| -> Result<Vec<f32>> {
            let rows = tensor.flatten_to(2)?; // [b·h·w, c]
            let variance = rows.to_device(&Device::Cpu)?.var_keepdim(0)?; // [1, c]
            variance.flatten_all()?.sqrt()?.to_vec1()
        };
        let wide = |radius: i32| ((2 * radius + 1) * (2 * radius + 1)) as f32;
        let of_picture = spread(picture)?;
        let usual = of_picture.iter().sum::<f32>() / channels as f32;
        let share = (wide(RADIUS.0) * channels as f32 / (wide(RADIUS.1) * maps as f32)).sqrt();
        let weigh = |spread: f32| usual * share / (spread + 1e-3);
        Ok(Self {
            picture: Level {
                stride: 1.0,
                radius: RADIUS.0,
                weights: vec![1.0; channels],
            },
            features: Level {
                stride: side as f32 / cells as f32,
                radius: RADIUS.1,
                weights: spread(features)?.into_iter().map(weigh).collect(),
            },
        })
    }

    /// The patch around a place, one level after the other.
    pub fn patch(&self, maps: &Maps, at: Place) -> Vec<f32> {
        let mut patch = Vec::new();
        for (level, map) in self.pairs(maps) {
            level.each(at, |x, y| {
                let corners = map.corners(x, y);
                for (channel, weight) in level.weights.iter().enumerate() {
                    let cell = |(cell, share): &(usize, f32)| {
                        share * map.numbers.get(cell + channel).copied().unwrap_or(0.0)
                    };
                    patch.push(weight * corners.iter().map(cell).sum::<f32>());
                }
            });
        }
        patch
    }

    /// How the patch around a place changes by a pixel to the right, and by one down.
    pub fn slopes(&self, maps: &Maps, [x, y]: Place) -> [Vec<f32>; 2] {
        let difference = |after: Place, before: Place| {
            let after = self.patch(maps, after).into_iter();
            let pairs = after.zip(self.patch(maps, before));
            pairs.map(|(after, before)| after - before).collect()
        };
        [
            difference([x + 0.5, y], [x - 0.5, y]),
            difference([x, y + 0.5], [x, y - 0.5]),
        ]
    }

    /// The adjoint of [`Levels::patch`]: adds to `maps` what each number of theirs gives to the product of the
    /// patch with `patch`.
    pub fn scatter(&self, patch: &[f32], at: Place, maps: &mut Maps) {
        let mut left = patch;
        for (level, map) in [
            (&self.picture, &mut maps.picture),
            (&self.features, &mut maps.features),
        ] {
            let channels = level.weights.len();
            level.each(at, |x, y| {
                let (here, rest) = left.split_at(channels.min(left.len()));
                left = rest;
                for (cell, share) in map.corners(x, y) {
                    let into = map.numbers.get_mut(cell..).unwrap_or_default();
                    for ((into, number), weight) in into.iter_mut().zip(here).zip(&level.weights) {
                        *into += share * weight * number;
                    }
                }
            });
        }
    }

    fn pairs<'a>(&'a self, maps: &'a Maps) -> [(&'a Level, &'a Map); 2] {
        [
            (&self.picture, &maps.picture),
            (&self.features, &maps.features),
        ]
    }
}

impl Level {
    /// The cells of a patch around a place, in cells.
    fn each(&self, [x, y]: Place, mut see: impl FnMut(f32, f32)) {
        let cell = |pixel: f32| (pixel + 0.5) / self.stride - 0.5;
        for down in -self.radius..=self.radius {
            for across in -self.radius..=self.radius {
                see(cell(x) + across as f32, cell(y) + down as f32);
            }
        }
    }
}
