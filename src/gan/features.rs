//! Pictures as the discriminator sees them, in few numbers.

use candle_core::{Result, Tensor};
use morphogan_nn::Stack;

use crate::latent::noise::{Noise, Purpose};

/// Side of the grid that the pixels themselves are averaged to.
const PIXEL_GRID: usize = 16;
/// Side of the grid of the first layer's features, which are fine, and of all others' (the grid of the
/// DCGAN article's classifier).
const FINE_GRID: usize = 8;
const GRID: usize = 4;

/// The seed of the signs: one more part of what features are.
const SEED: u64 = 6;

/// The features that the DCGAN article classifies with (section 5.1): all of D's layers, each pooled
/// to a small grid, here beside a small version of the picture itself. Where they are too many they are
/// folded by a random sign and place for each (count sketch, Charikar et al. 2002), which nearly keeps
/// inner products, all that a linear predictor uses.
#[derive(Clone, Debug)]
pub struct Features {
    /// All layers but the last one, which only gives the score.
    layers: Stack,
    length: usize,
    /// Place of each number and what it is multiplied with when it is folded.
    places: Vec<(u32, f32)>,
}

impl Features {
    /// By the layers of `discriminator`; without one, by the pixels alone. At most so many numbers.
    pub fn new(discriminator: Option<&Stack>, most: usize) -> Self {
        let mut layers = discriminator.cloned().unwrap_or(Stack::new(Vec::new()));
        layers.blocks.pop();
        Self {
            layers,
            length: most.max(1),
            places: Vec::new(),
        }
    }

    /// Numbers a picture, once some were given to [`Features::of`].
    pub fn length(&self) -> usize {
        self.length
    }

    /// Of `pictures` [b, h, w, c] in −1..1: [`Features::length`] numbers each, one after the other. The
    /// first pictures, of which there should be dozens, set the scale of each number before it is
    /// folded: those that differ little between pictures count as much as the others.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn of(&mut self, pictures: &Tensor) -> Result<Vec<f32>> {
        let pooled = self.pooled(pictures)?;
        if self.places.is_empty() {
            self.calibrate(&pooled);
        }
        let mut folded = vec![0.0; pooled.len() * self.length];
        for (into, one) in folded.chunks_exact_mut(self.length).zip(&pooled) {
            for (&number, &(place, scale)) in one.iter().zip(&self.places) {
                // Places are below `length`.
                into[place as usize] += scale * number;
            }
        }
        Ok(folded)
    }

    /// Before they are folded, a list a picture.
    fn pooled(&self, pictures: &Tensor) -> Result<Vec<Vec<f32>>> {
        let count = pictures.dim(0)?;
        let mut pooled = vec![Vec::new(); count];
        pool(pictures, PIXEL_GRID, &mut pooled)?;
        let mut layer = pictures.clone();
        for (index, block) in self.layers.blocks.iter().enumerate() {
            layer = block.infer(&layer)?; // [b, h/2, w/2, c']
            pool(
                &layer,
                if index == 0 { FINE_GRID } else { GRID },
                &mut pooled,
            )?;
        }
        Ok(pooled)
    }

    fn calibrate(&mut self, pooled: &[Vec<f32>]) {
        let numbers = pooled.first().map_or(0, Vec::len);
        let count = pooled.len().max(1) as f32;
        let mut noise = Noise::new(SEED, Purpose::Directions);
        let folds = numbers > self.length;
        self.length = self.length.min(numbers.max(1));
        let place = |number: usize| {
            let column = || pooled.iter().filter_map(|one| one.get(number));
            let mean = column().sum::<f32>() / count;
            let variance = column().map(|x| (x - mean).powi(2)).sum::<f32>() / count;
            // One that never changes tells nothing.
            let scale = if variance > 1e-12 {
                variance.sqrt().recip()
            } else {
                0.0
            };
            if !folds {
                return (number as u32, scale);
            }
            let drawn = noise.below(2 * self.length);
            let sign = if drawn.is_multiple_of(2) { 1.0 } else { -1.0 };
            ((drawn / 2) as u32, sign * scale)
        };
        self.places = (0..numbers).map(place).collect();
    }
}

/// Appends the averages of [b, h, w, c] over a grid of at most `grid` by `grid` cells to each of b
/// lists.
fn pool(maps: &Tensor, grid: usize, into: &mut [Vec<f32>]) -> Result<()> {
    let (_, height, width, channels) = maps.dims4()?;
    let (down, across) = (height.min(grid), width.min(grid));
    let share = (down * across) as f32 / (height * width) as f32;
    let numbers: Vec<f32> = maps.flatten_all()?.to_vec1()?;
    let each = numbers.chunks_exact((height * width * channels).max(1));
    for (one, list) in each.zip(into) {
        let start = list.len();
        list.resize(start + down * across * channels, 0.0);
        for (index, pixel) in one.chunks_exact(channels).enumerate() {
            let (y, x) = (
                index / width * down / height,
                index % width * across / width,
            );
            let cell = start + (y * across + x) * channels;
            // y < down and x < across: the cell lies in what was just added.
            for (sum, number) in list[cell..cell + channels].iter_mut().zip(pixel) {
                *sum += share * number;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::{ModelInfo, discriminator};
    use candle_core::Device;

    #[test]
    fn pooling_averages_cells() {
        let numbers: Vec<f32> = (0..32).map(|x| x as f32).collect();
        let maps = Tensor::from_vec(numbers, (1, 4, 4, 2), &Device::Cpu).unwrap();
        let mut pooled = vec![vec![9.0]];
        pool(&maps, 2, &mut pooled).unwrap();
        // Of channel 0 in the upper left cell: pixels 0, 1, 4 and 5, numbers 0, 2, 8 and 10.
        assert_eq!(
            pooled[0],
            [9.0, 5.0, 6.0, 9.0, 10.0, 21.0, 22.0, 25.0, 26.0]
        );
        pool(&maps, 16, &mut pooled).unwrap();
        assert_eq!(pooled[0].len(), 9 + 32);
    }

    #[test]
    fn folded_features_keep_distances() {
        let info = ModelInfo::small(8, 4);
        let mut noise = Noise::new(3, Purpose::Weights);
        let network = discriminator(&info, &mut noise, &Device::Cpu).unwrap();
        let pixels = noise.normals(20 * 32 * 32 * 3, 0.0, 0.5);
        let pictures = Tensor::from_vec(pixels, (20, 32, 32, 3), &Device::Cpu).unwrap();
        let distance = |most: usize| -> f64 {
            let mut features = Features::new(Some(&network), most);
            let all = features.of(&pictures).unwrap();
            let length = features.length();
            assert!(length <= most && all.len() == 20 * length);
            let (a, b) = (&all[..length], &all[length..2 * length]);
            a.iter().zip(b).map(|(x, y)| f64::from(x - y).powi(2)).sum()
        };
        // So many places that nothing is folded.
        let (exact, folded) = (distance(1 << 20), distance(2048));
        assert!((exact - folded).abs() < 0.15 * exact, "{exact} {folded}");
        let alone = Features::new(None, 64).of(&pictures).unwrap();
        assert_eq!(alone.len(), 20 * 64);
    }
}
