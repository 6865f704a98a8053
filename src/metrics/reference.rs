//! Real pictures, prepared once, that samples are measured against again and again.

use super::ms_ssim::mean_over_pairs;
use super::pyramid::level_sides;
use super::swd::{Lines, Projections, patches};
use crate::latent::noise::{Noise, Purpose};
use crate::picture::Picture;

/// How much is measured: the error shrinks with the root of each number, the cost grows with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleSizes {
    /// Pictures of either kind; as many pairs are compared by MS-SSIM.
    pub pictures: usize,
    /// Patches a picture and level.
    pub patches: usize,
    /// Lines that patches are projected on.
    pub lines: usize,
}

impl SampleSizes {
    /// Beside training: a fraction of a second. The same latents, patches and lines each time make up
    /// for the small numbers where one measurement is compared with another of the same run.
    pub const BESIDE: Self = Self {
        pictures: 128,
        patches: 32,
        lines: 128,
    };
    /// For a model by itself. The paper takes 16384 pictures with 128 patches each, and 512 lines.
    pub const THOROUGH: Self = Self {
        pictures: 1024,
        patches: 32,
        lines: 512,
    };
}

/// Sliced Wasserstein distance of one level of the pyramid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelDistance {
    /// Pixels a side: the finest level has those of the pictures, the coarsest 16.
    pub side: usize,
    /// ×10³; 0 for equal sets, 300 and more for pictures that have nothing in common.
    pub swd: f32,
}

/// How good samples are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleMetrics {
    /// Mean MS-SSIM of pairs of samples, 0..1: higher is less diverse.
    pub ms_ssim: f32,
    /// The same of real pictures: what `ms_ssim` should be near to.
    pub ms_ssim_data: f32,
    /// Distance to the data by level, finest first.
    pub levels: Vec<LevelDistance>,
    /// Mean over the levels.
    pub swd: f32,
    /// The same between two sets of real pictures: a generator can't be expected to come below it.
    pub swd_data: f32,
    /// Distance of samples to the nearest training picture, see [`super::NearestNeighbours`]; where pictures are kept back.
    pub nearest: Option<f32>,
    /// The same of those pictures, which no network has seen: samples that are much nearer are copies.
    pub nearest_held_back: Option<f32>,
}

/// A fixed set of real pictures.
pub struct Reference {
    channels: usize,
    sizes: SampleSizes,
    lines: Lines,
    projections: Vec<Projections>,
    sides: Vec<usize>,
    ms_ssim: f32,
    swd: f32,
    /// As it is when a set of samples is measured: the same patches and pairs each time.
    noise: Noise,
}

impl Reference {
    /// Takes in `real` pictures of one size, of which the first `channels` (1 or 3) count. Wants twice
    /// as many as `sizes` says, so that the data can be measured against itself, and makes do with
    /// fewer; `None` for fewer than four, or pictures below 16 pixels.
    pub fn new(real: &[Picture], channels: usize, sizes: SampleSizes, seed: u64) -> Option<Self> {
        let first = real.first()?;
        let pictures = sizes.pictures.min(real.len() / 2);
        let sides = level_sides(first.width.min(first.height));
        if pictures < 2 || sides.is_empty() {
            return None;
        }
        let mut noise = Noise::new(seed, Purpose::Measures);
        let lines = Lines::random(sizes.lines, channels, &mut noise);
        let (some, others) = (&real[..pictures], &real[pictures..2 * pictures]); // at most half each
        let mut reference = Self {
            channels,
            sizes: SampleSizes { pictures, ..sizes },
            lines,
            projections: Vec::new(),
            sides,
            ms_ssim: mean_over_pairs(some, channels, &mut noise) as f32,
            swd: 0.0,
            noise,
        };
        // Other patches than those of the sets that are measured.
        let mut own = Noise::new(seed.wrapping_add(1), Purpose::Measures);
        reference.projections = reference.projections_of(some, &mut own);
        reference.swd = mean(&reference.distances(others));
        Some(reference)
    }

    /// Samples that a measurement takes.
    pub fn pictures(&self) -> usize {
        self.sizes.pictures
    }

    /// Measures [`Self::pictures`] samples of the size of the real pictures.
    pub fn measure(&self, samples: &[Picture]) -> SampleMetrics {
        let levels = self.distances(samples);
        let mut noise = self.noise.clone();
        SampleMetrics {
            ms_ssim: mean_over_pairs(samples, self.channels, &mut noise) as f32,
            ms_ssim_data: self.ms_ssim,
            swd: mean(&levels),
            levels,
            swd_data: self.swd,
            nearest: None,
            nearest_held_back: None,
        }
    }

    fn distances(&self, pictures: &[Picture]) -> Vec<LevelDistance> {
        let theirs = self.projections_of(pictures, &mut self.noise.clone());
        let pairs = self.projections.iter().zip(&theirs).zip(&self.sides);
        let distance =
            |((real, theirs), &side): ((&Projections, &Projections), &usize)| LevelDistance {
                side,
                swd: real.distance(theirs) as f32,
            };
        pairs.map(distance).collect()
    }

    fn projections_of(&self, pictures: &[Picture], noise: &mut Noise) -> Vec<Projections> {
        let levels = patches(pictures, self.channels, self.sizes.patches, noise);
        let projections = |level| Projections::of(level, &self.lines);
        levels.iter().map(projections).collect()
    }
}

fn mean(levels: &[LevelDistance]) -> f32 {
    let sum: f32 = levels.iter().map(|level| level.swd).sum();
    sum / levels.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TransformConfig;
    use crate::data::{Source as _, StarterFaces, Transform};

    const SMALL: SampleSizes = SampleSizes {
        pictures: 24,
        patches: 16,
        lines: 32,
    };

    fn faces(seed: u64, count: usize) -> Vec<Picture> {
        let how = Transform::new(32, &TransformConfig::default());
        let faces = StarterFaces::new(seed, count);
        (0..count)
            .map(|index| faces.picture(index, &how).unwrap().picture)
            .collect()
    }

    #[test]
    fn good_samples_are_near_and_bad_ones_far() {
        let reference = Reference::new(&faces(1, 48), 3, SMALL, 1).unwrap();
        let good = reference.measure(&faces(2, 24));
        assert!(good.swd < 2.0 * good.swd_data, "{good:?}");
        assert!((good.ms_ssim - good.ms_ssim_data).abs() < 0.1, "{good:?}");
        let sides: Vec<usize> = good.levels.iter().map(|level| level.side).collect();
        assert_eq!(sides, [32, 16]);

        let one = faces(2, 1);
        let collapsed = reference.measure(&vec![one[0].clone(); 24]);
        assert!(
            collapsed.ms_ssim > 0.999 && collapsed.swd > 1.3 * good.swd,
            "{collapsed:?} {good:?}"
        );

        let mut noise = Noise::new(1, Purpose::Faces);
        let mut speckled = faces(2, 24);
        for byte in speckled.iter_mut().flat_map(|picture| &mut picture.rgb) {
            *byte = noise.below(256) as u8;
        }
        let speckled = reference.measure(&speckled);
        assert!(speckled.swd > 1.5 * good.swd, "{speckled:?} {good:?}");
    }

    #[test]
    fn a_measurement_repeats_to_the_bit() {
        let real = faces(1, 16);
        let measured = |seed| {
            Reference::new(&real, 3, SMALL, seed)
                .unwrap()
                .measure(&real[..8])
        };
        assert_eq!(measured(3), measured(3));
        assert_ne!(measured(3), measured(4));
    }

    #[test]
    fn too_few_pictures_are_refused() {
        assert!(Reference::new(&faces(1, 3), 3, SMALL, 1).is_none());
        assert!(Reference::new(&[], 3, SMALL, 1).is_none());
        assert_eq!(
            Reference::new(&faces(1, 10), 3, SMALL, 1)
                .unwrap()
                .pictures(),
            5
        );
    }
}
