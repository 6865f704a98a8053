//! Models as safetensors, under the names and in the layout of the PyTorch DCGAN tutorial.
//!
//! `Generator.load_state_dict(load_file(path), strict=False)` works in PyTorch as it is: the
//! generator's tensors are `main.0.weight` [in, out, kh, kw] and so on, the discriminator's stand
//! behind `discriminator.`. Kernels may stand there as 16-bit floats, for half the size; everything
//! is computed in 32 bits. The metadata entry `morphogan` holds [`ModelInfo`] and the format
//! version as JSON; a file without it (one that PyTorch wrote) is read by its shapes alone.

mod read;
mod write;

pub(super) use {
    read::Reader, write::Entry, write::description, write::entries, write::floats, write::write,
};

use std::io;
use std::path::{Path, PathBuf};

use candle_core::Device;
use safetensors::tensor::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use crate::gan::ModelInfo;
use crate::latent::Direction as Named;
use crate::nn::{Direction, Stack};

/// Raised when older programs cannot read what newer ones write: 2 has kernels of 16 bits.
const FORMAT: u32 = 2;

/// Larger files are no DCGAN of ours; 1 GiB holds width 512 at 64×64.
const LARGEST: u64 = 1 << 30;

/// A model as read.
#[derive(Clone, Debug)]
pub struct Model {
    /// Architecture and history.
    pub info: ModelInfo,
    /// Always there.
    pub generator: Stack,
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
    fn format(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Half => 2,
        }
    }
}

/// Why a model file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// The file system said no.
    #[error("the model file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// No safetensors in there.
    #[error("this is not a safetensors file, or it is cut short: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// Written by a later Morphogan.
    #[error("the model was written by a newer version (format {0}, this program reads {FORMAT})")]
    Newer(u32),
    /// The tensors are those of another network.
    #[error("this is not a DCGAN of the usual layout: {0}")]
    NotADcgan(String),
    /// Training diverged; what was written before is better.
    #[error("{0} holds values that are no numbers any more; nothing was written")]
    NotFinite(String),
    /// Far beyond any DCGAN.
    #[error("the file has {0} bytes, more than a DCGAN can use")]
    TooLarge(u64),
    /// The device failed.
    #[error("the weights cannot be moved to or from the device: {0}")]
    Device(#[from] candle_core::Error),
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    #[serde(flatten)]
    info: ModelInfo,
    /// Each a [`Named`]; later programs may write others.
    #[serde(default)]
    directions: Vec<serde_json::Value>,
}

/// Where a model's description stands in the metadata.
pub(super) const DESCRIPTION: &str = "morphogan";

impl Model {
    /// Writes the model, whole or not at all; gives the file's bytes.
    ///
    /// # Errors
    /// Where the device or the file system fails, or a weight is no longer a number.
    pub fn save(&self, path: &Path) -> Result<u64, ModelFileError> {
        write::save_whole(path, self)
    }
}

/// Reads a model onto `device`.
///
/// # Errors
/// Where the file is not a DCGAN of a size, depth and format that this program knows.
pub fn load(path: &Path, device: &Device) -> Result<Model, ModelFileError> {
    let length = path.metadata()?.len();
    if length > LARGEST {
        return Err(ModelFileError::TooLarge(length));
    }
    from_bytes(&std::fs::read(path)?, device)
}

/// Reads a model from the bytes of its file onto `device`.
///
/// # Errors
/// As [`load`].
pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Model, ModelFileError> {
    let tensors = SafeTensors::deserialize(bytes)?;
    let told = header(bytes)?;
    let reader = Reader {
        tensors: &tensors,
        device,
    };
    let generator = reader.stack("", Direction::Up)?;
    let discriminator = match tensors.tensor("discriminator.main.0.weight") {
        Ok(_) => Some(reader.stack("discriminator.", Direction::Down)?),
        Err(_) => None,
    };
    let (told, directions) = match told {
        Some(header) => (header.info, header.directions),
        None => Default::default(),
    };
    let info = shape_info(&generator, told)?;
    let known = directions
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok());
    let fits = |direction: &Named| direction.sigma.len() == info.latent;
    Ok(Model {
        directions: known.filter(fits).collect(),
        info,
        generator,
        discriminator,
        kernels: match tensors.tensor("main.0.weight")?.dtype() {
            Dtype::F16 => Kernels::Half,
            _ => Kernels::Full,
        },
    })
}

/// The directions in a model file, as far as this program knows them; none where there is no such file.
pub fn directions(path: &Path) -> Vec<Named> {
    load(path, &Device::Cpu)
        .map(|model| model.directions)
        .unwrap_or_default()
}

/// What the metadata tells of the model; `None` for a file from elsewhere.
pub(super) fn told_info(bytes: &[u8]) -> Result<Option<ModelInfo>, ModelFileError> {
    Ok(header(bytes)?.map(|header| header.info))
}

fn header(bytes: &[u8]) -> Result<Option<Header>, ModelFileError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let Some(json) = metadata
        .metadata()
        .as_ref()
        .and_then(|m| m.get(DESCRIPTION))
    else {
        return Ok(None);
    };
    let header: Header = serde_json::from_str(json)
        .map_err(|error| ModelFileError::NotADcgan(format!("its metadata is broken ({error})")))?;
    if header.format > FORMAT {
        return Err(ModelFileError::Newer(header.format));
    }
    Ok(Some(header))
}

/// The shapes decide about the architecture; the metadata about the rest.
fn shape_info(generator: &Stack, told: ModelInfo) -> Result<ModelInfo, ModelFileError> {
    let halvings = generator.blocks.len() - 1; // a stack that was read has two blocks or more
    let first = generator.blocks[0].weight.dims4()?;
    let last = generator.blocks[halvings].weight.dims4()?;
    let info = ModelInfo {
        size: 4 << halvings,
        channels: last.3,
        latent: first.0,
        width: last.0,
        ..told
    };
    if ![32, 64, 128].contains(&info.size) || ![1, 3].contains(&info.channels) {
        let (size, channels) = (info.size, info.channels);
        let found = format!("{size}×{size} pixels with {channels} channels");
        return Err(ModelFileError::NotADcgan(found));
    }
    Ok(info)
}

/// A model file or, for a run folder, the model in it.
pub fn in_path(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(super::MODEL_FILE)
    } else {
        path.to_owned()
    }
}

/// Numbers of convolution and batch norm `block` in the tutorial's `nn.Sequential`.
fn places(direction: Direction, block: usize) -> (usize, usize) {
    match direction {
        Direction::Up => (3 * block, 3 * block + 1),
        // The first layer of D has no batch norm.
        Direction::Down => ((3 * block).saturating_sub(1), 3 * block),
    }
}
