//! Models as safetensors, under the names and in the layout of the PyTorch DCGAN tutorial.
//!
//! `Generator.load_state_dict(load_file(path), strict=False)` works in PyTorch as it is: the
//! generator's tensors are `main.0.weight` [in, out, kh, kw] and so on, the discriminator's stand
//! behind `discriminator.`; files from elsewhere may have other prefixes. What belongs to a network and
//! has no place is refused: without it the faces would be others. Kernels may stand there as 16-bit
//! floats, for half the size; everything is computed in 32 bits. The metadata entry `morphogan` holds [`ModelInfo`] and the format
//! version as JSON; a file without it (one that PyTorch wrote) is read by its shapes alone.

mod error;
mod foreign;
mod networks;
mod read;
mod types;
mod write;

pub use error::ModelFileError;
pub use types::{Kernels, Model};

pub(super) use {
    read::Reader, read::check_squares, write::Entry, write::description, write::entries,
    write::floats, write::write,
};

use std::path::{Path, PathBuf};

use candle_core::Device;
use morphogan_nn::{Block, Direction, Stack};
use safetensors::tensor::{Dtype, SafeTensors};

use self::networks::Networks;
use self::types::{FORMAT, Header};
use crate::config::Loss;
use crate::gan::ModelInfo;
use crate::latent::Direction as Named;
use crate::regular_file;

pub(super) use self::types::DESCRIPTION;

/// Larger files are no DCGAN of ours; 1 GiB holds width 512 at 64×64.
const LARGEST: u64 = 1 << 30;

/// Longer latents than training offers.
const LONGEST_LATENT: usize = 4096;

/// Numbers that a layer may give for one face: those of width 1024 at 128×128. More would ask for more
/// memory than the file lets one expect.
const MOST_FEATURES: usize = 1 << 22;

/// What a checkpoint holds besides the model, by the beginnings of its names.
const OF_TRAINING: [&str; 5] = ["raw.", "average.", "adam_g.", "adam_d.", "spectral."];

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
    from_bytes(&regular_file::read(path, LARGEST)?, device)
}

/// Reads a model from the bytes of its file onto `device`.
///
/// # Errors
/// As [`load`].
pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Model, ModelFileError> {
    let tensors = tensors(bytes)?;
    let told = header(bytes)?;
    let networks = Networks::find(&tensors)?;
    let reader = Reader::new(&tensors, device);
    let generator = reader.chain(&networks.generator, Direction::Up)?;
    let discriminator = networks.discriminator.as_ref();
    let discriminator = discriminator
        .map(|prefix| reader.chain(prefix, Direction::Down))
        .transpose()?;
    let of_training = |name: &str| OF_TRAINING.iter().any(|start| name.starts_with(start));
    let mut rest = reader.unread().into_iter();
    if let Some(name) = rest.find(|name| networks.own(name) && !of_training(name)) {
        return Err(ModelFileError::Unknown(name.into()));
    }
    let (told, directions) = match told {
        Some(header) => (header.info, header.directions),
        None => Default::default(),
    };
    let info = shape_info(&generator, told)?;
    if let Some(discriminator) = &discriminator {
        check_discriminator(discriminator, &info)?;
    }
    let first = format!("{}0.weight", networks.generator);
    Ok(Model {
        directions: known_directions(directions, info.latent)?,
        info,
        generator,
        discriminator,
        kernels: match tensors.tensor(&first)?.dtype() {
            Dtype::F16 => Kernels::Half,
            _ => Kernels::Full,
        },
    })
}

/// The tensors in the bytes of a file.
pub(super) fn tensors(bytes: &[u8]) -> Result<SafeTensors<'_>, ModelFileError> {
    SafeTensors::deserialize(bytes)
        .map_err(|error| foreign::kind(bytes).map_or(error.into(), ModelFileError::Foreign))
}

/// Those of methods that this program knows.
fn known_directions(
    all: Vec<serde_json::Value>,
    latent: usize,
) -> Result<Vec<Named>, ModelFileError> {
    let known = all
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok());
    let known: Vec<Named> = known.collect();
    let fits = |direction: &&Named| {
        direction.sigma.len() == latent && direction.sigma.iter().all(|x| x.is_finite())
    };
    match known.iter().find(|direction| !fits(direction)) {
        Some(broken) => Err(ModelFileError::NotADcgan(format!(
            "its direction “{}” is not of {latent} numbers",
            broken.name
        ))),
        None => Ok(known),
    }
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
    if !(3..=5).contains(&halvings) {
        let found = format!("{} layers, not 4, 5 or 6", halvings + 1);
        return Err(ModelFileError::NotADcgan(found));
    }
    let first = generator.blocks[0].weight.dims4()?;
    let last = generator.blocks[halvings].weight.dims4()?;
    let info = ModelInfo {
        size: 4 << halvings,
        channels: last.3,
        latent: first.0,
        width: last.0,
        ..told
    };
    if ![1, 3].contains(&info.channels) {
        let found = format!("pictures of {} channels, not 1 or 3", info.channels);
        return Err(ModelFileError::NotADcgan(found));
    }
    if info.latent > LONGEST_LATENT {
        let found = format!("latents of {} numbers", info.latent);
        return Err(ModelFileError::NotADcgan(found));
    }
    for (layer, block) in generator.blocks.iter().enumerate() {
        check_features(block.weight.dim(3)?, 4 << layer)?;
    }
    Ok(info)
}

/// Whether a discriminator takes the pictures that the model draws and gives one number for each.
fn check_discriminator(discriminator: &Stack, info: &ModelInfo) -> Result<(), ModelFileError> {
    let channels = |block: Option<&Block>, dim| block.map(|block| block.weight.dim(dim));
    let (first, last) = (discriminator.blocks.first(), discriminator.blocks.last());
    let takes = channels(first, 3).transpose()?;
    let gives = channels(last, 0).transpose()?;
    let depth = info.halvings() + 1;
    if discriminator.blocks.len() != depth || takes != Some(info.channels) || gives != Some(1) {
        let found = "its discriminator is not made for the pictures of its generator";
        return Err(ModelFileError::NotADcgan(found.into()));
    }
    for (layer, block) in discriminator.blocks.iter().enumerate() {
        check_features(block.weight.dim(0)?, (info.size / 2) >> layer)?;
    }
    Ok(())
}

/// Refuses a layer that gives `channels` at a resolution of `side` where that is too much.
fn check_features(channels: usize, side: usize) -> Result<(), ModelFileError> {
    if channels.saturating_mul(side * side) <= MOST_FEATURES {
        return Ok(());
    }
    let found = format!("a layer of {channels} channels at {side}×{side}, which is too wide");
    Err(ModelFileError::NotADcgan(found))
}

/// A model file or, for a run folder, the model in it.
pub fn in_path(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(super::MODEL_FILE)
    } else {
        path.to_owned()
    }
}

/// The loss in the settings of the run that `file` lies in, itself or among its checkpoints.
pub fn loss_of_run(file: &Path) -> Option<Loss> {
    let folders = file.ancestors().skip(1).take(2);
    let mut settings = folders.filter_map(|folder| super::read_settings(folder).ok());
    settings.next().map(|config| config.loss)
}
