//! The one source of random numbers: seeded, savable, the same on every platform.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};

use super::Latent;

/// What random numbers are for. Each purpose is a stream of its own, so that, say, drawing the
/// wall more often does not change the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Weights = 1,
    /// Latents of the training steps.
    Training = 2,
    /// Order of the pictures.
    Order = 3,
    /// The fixed latents of the sample wall.
    Wall = 4,
    /// Latents that a person asks for by seed.
    Faces = 5,
    /// Latents that measure the batch-norm statistics of averaged weights.
    Calibration = 6,
    /// Pictures, patches, lines and pairs of the measurements beside training.
    Measures = 20,
    /// Latents of the samples that are measured.
    Measured = 21,
    /// How pictures are changed before the discriminator sees them.
    Views = 9,
    /// Latents that directions are found with, and starts of searches.
    Directions = 8,
    /// Which way a walk that nobody chose faces for goes.
    Walks = 10,
}

/// A seeded generator (ChaCha8). Its state can be saved and read back with serde.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    generator: ChaCha8Rng,
    /// The second number of the last Box–Muller pair.
    #[serde(with = "bits")]
    spare: Option<f64>,
}

impl Noise {
    /// The stream of `seed` for `purpose`.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(purpose as u64);
        Self {
            generator,
            spare: None,
        }
    }

    /// 64 random bits, e.g. to seed what makes many numbers at once.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform in [0, 1) with 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in 0..`bound`, without bias (Lemire 2019). Zero for a bound of zero.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        if bound == 0 {
            return 0;
        }
        let reject_below = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.generator.next_u64()) * u128::from(bound);
            if wide as u64 >= reject_below {
                return (wide >> 64) as usize;
            }
        }
    }

    /// N(0, 1) by Box–Muller, through `libm` so that every platform gives the same bits.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        let angle = std::f64::consts::TAU * self.uniform();
        self.spare = Some(radius * libm::sin(angle));
        radius * libm::cos(angle)
    }

    /// `count` numbers from N(`mean`, `deviation`²).
    pub fn normals(&mut self, count: usize, mean: f64, deviation: f64) -> Vec<f32> {
        (0..count)
            .map(|_| (mean + deviation * self.normal()) as f32)
            .collect()
    }

    pub fn latent(&mut self, len: usize) -> Latent {
        Latent(self.normals(len, 0.0, 1.0))
    }

    /// 0..`count` in random order (Fisher–Yates).
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

/// A number as its bits: what JSON's decimal numbers give back may differ in the last of them.
mod bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(number: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
        number.map(f64::to_bits).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(f64::from_bits))
    }
}

/// The face that `seed` stands for, the same in every command and in the window.
pub fn face(seed: u64, len: usize) -> Latent {
    Noise::new(seed, Purpose::Faces).latent(len)
}

/// The fixed latents of a run's sample wall.
pub fn wall(seed: u64, count: usize, len: usize) -> Vec<Latent> {
    let mut noise = Noise::new(seed, Purpose::Wall);
    (0..count).map(|_| noise.latent(len)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normals_have_mean_zero_and_deviation_one() {
        let numbers = Noise::new(3, Purpose::Training).normals(100_000, 0.0, 1.0);
        let count = numbers.len() as f64;
        let mean = numbers.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
        let square = numbers.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / count;
        let fourth = numbers.iter().map(|&x| f64::from(x).powi(4)).sum::<f64>() / count;
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((square - 1.0).abs() < 0.02, "{square}");
        assert!((fourth - 3.0).abs() < 0.15, "{fourth}");
    }

    #[test]
    fn streams_differ_and_state_survives_saving() {
        let mut a = Noise::new(1, Purpose::Training);
        let mut b = Noise::new(1, Purpose::Wall);
        assert_ne!(a.latent(4), b.latent(4));
        a.normal();
        let text = serde_json::to_string(&a).unwrap();
        let mut again: Noise = serde_json::from_str(&text).unwrap();
        assert_eq!(again.latent(9), a.latent(9));
    }

    #[test]
    fn a_permutation_holds_each_once() {
        let mut order = Noise::new(5, Purpose::Order).permutation(1000);
        assert_ne!(order[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..1000));
    }

    /// The first numbers of a seed are part of the file formats: a face saved as a seed must come
    /// back as the same face from every later version and on every platform.
    #[test]
    fn a_seed_is_for_ever() {
        let bits: Vec<u32> = face(1, 3).0.iter().map(|x| x.to_bits()).collect();
        assert_eq!(bits, SEED_1);
    }
    const SEED_1: [u32; 3] = [1_064_839_583, 3_193_642_956, 1_031_160_197];
}
