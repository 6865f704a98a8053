//! The space that latents are drawn from. Whoever draws faces of a model asks it, so that their distribution
//! stands in one place.

use super::Latent;
use super::noise::{self, Noise};

/// How long latents are; each of their numbers is N(0, 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatentSpace {
    /// Numbers of a latent.
    pub len: usize,
}

impl LatentSpace {
    /// `count` random latents.
    pub fn draw(self, count: usize, noise: &mut Noise) -> Vec<Latent> {
        (0..count).map(|_| noise.latent(self.len)).collect()
    }

    /// The face that `seed` stands for, the same in every command and in the window.
    pub fn face(self, seed: u64) -> Latent {
        noise::face(seed, self.len)
    }

    /// The fixed latents of a run's sample wall.
    pub fn wall(self, seed: u64, count: usize) -> Vec<Latent> {
        noise::wall(seed, count, self.len)
    }
}
