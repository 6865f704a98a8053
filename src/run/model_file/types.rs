//! A model, and how it describes itself in its file.

use morphogan_nn::{Direction, Stack};
use serde::{Deserialize, Serialize};

use super::import::Question;
use crate::gan::layers::Kind;
use crate::gan::{Generator, ModelInfo};
use crate::latent::Direction as Named;

/// Raised when older programs cannot read what newer ones write: 2 has kernels of 16 bits, 3 layers of other networks, 4
/// activations and upsampling that 3 does not know.
pub(super) const FORMAT: u32 = 4;
/// The first one that has layers.
pub(super) const OF_LAYERS: u32 = 3;

/// Numbers that a layer may give for one face: those of width 1024 at 128×128. More would ask for more memory than the
/// file lets one expect.
pub(super) const MOST_FEATURES: usize = 1 << 22;

/// A model as read.
#[derive(Clone, Debug)]
pub struct Model {
    pub info: ModelInfo,
    pub generator: Generator,
    /// Absent in files from elsewhere.
    pub discriminator: Option<Stack>,
    /// How the kernels stood in the file, and will again.
    pub kernels: Kernels,
    /// Named directions of the latent space; those found by methods that this program does not know
    /// are left out.
    pub directions: Vec<Named>,
}

/// How convolution kernels stand in a file; norms are always of 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kernels {
    /// As they were learnt: 32-bit floats.
    #[default]
    Full,
    /// IEEE 16-bit floats: half the size, eleven significant bits.
    Half,
}

impl Kernels {
    /// The oldest format that has them.
    pub(super) fn format(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Half => 2,
        }
    }
}

/// A model with what was assumed of a file that does not tell everything.
#[derive(Debug)]
pub struct Imported {
    pub model: Model,
    /// For people; empty for files of this program.
    pub notes: Vec<String>,
    /// What a person may know better than was assumed.
    pub questions: Vec<Question>,
    /// Whether its file may be written anew: what another program saved can hold more than the model, and stays as it is.
    pub is_own: bool,
}

impl Imported {
    /// Of a file that tells everything.
    pub fn silent(model: Model) -> Self {
        Self {
            model,
            notes: Vec::new(),
            questions: Vec::new(),
            is_own: true,
        }
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Header {
    pub format: u32,
    #[serde(flatten)]
    pub info: ModelInfo,
    /// Of a generator that is no chain as training knows it; each [`Kind`] stands at `main.` and its number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Kind>,
    /// Each a [`Named`]; later programs may write others.
    #[serde(default)]
    pub directions: Vec<serde_json::Value>,
}

/// Where a model's description stands in the metadata.
pub(in crate::run) const DESCRIPTION: &str = "morphogan";

/// Numbers of convolution and batch norm `block` in the tutorial's `nn.Sequential`.
pub(super) fn places(direction: Direction, block: usize) -> (usize, usize) {
    match direction {
        Direction::Up => (3 * block, 3 * block + 1),
        // The first layer of D has no batch norm.
        Direction::Down => ((3 * block).saturating_sub(1), 3 * block),
    }
}

#[cfg(test)]
impl Model {
    /// A generator whose weights are as before training.
    pub fn untrained(info: ModelInfo, seed: u64) -> Self {
        use crate::latent::noise::{Noise, Purpose};

        let mut noise = Noise::new(seed, Purpose::Weights);
        let generator = crate::gan::generator(&info, &mut noise, &candle_core::Device::Cpu);
        Self {
            generator: generator.unwrap().into(),
            discriminator: None,
            kernels: Kernels::Full,
            directions: Vec::new(),
            info,
        }
    }
}
