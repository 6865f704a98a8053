//! Models as safetensors, under the names and in the layout of the PyTorch DCGAN tutorial.
//!
//! `Generator.load_state_dict(load_file(path), strict=False)` works in PyTorch as it is: the
//! generator's tensors are `main.0.weight` [in, out, kh, kw] and so on, the discriminator's stand
//! behind `discriminator.`. What belongs to a network and has no place is refused: without it the faces would be
//! others. Kernels may stand there as 16-bit floats, for half the size; everything is computed in 32 bits. The
//! metadata entry `morphogan` holds [`ModelInfo`] and the format version as JSON.
//!
//! Files from elsewhere are opened too: `torch` reads what PyTorch saved, `layout` recognises a DCGAN-shaped generator
//! whatever its tensors are called. One that training here does not know is kept as `layers`.

mod card;
mod error;
mod foreign;
mod found;
mod import;
mod layered;
mod layout;
mod networks;
mod onnx;
mod peek;
mod read;
mod rows;
mod torch;
mod types;
mod usual;
mod write;

pub use card::CardFacts;
pub use error::ModelFileError;
pub use import::{Activation, ImportOptions, Question};
pub use peek::{Told, peek, told};
pub use rows::Row;
pub use types::{Imported, Kernels, Model};

pub(super) use {
    read::Reader, read::check_squares, write::Entry, write::description, write::entries,
    write::floats, write::write,
};

use std::path::{Path, PathBuf};

use candle_core::Device;
use safetensors::tensor::SafeTensors;

use self::found::Found;
use self::types::{FORMAT, Header};
use crate::atomic_file;
use crate::config::Loss;
use crate::gan::ModelInfo;
use crate::gan::layers::Layers;
use crate::latent::Direction as Named;
use crate::regular_file;

pub(super) use self::types::DESCRIPTION;

/// Larger files are no DCGAN of ours; 1 GiB holds width 512 at 64×64.
const LARGEST: u64 = 1 << 30;

impl Model {
    /// Writes the model, whole or not at all; gives the file's bytes.
    ///
    /// # Errors
    /// Where the device or the file system fails, or a weight is no longer a number.
    pub fn save(&self, path: &Path) -> Result<u64, ModelFileError> {
        write::save_whole(path, self)
    }

    /// Writes the generator as an ONNX graph, whole or not at all; gives the file's bytes.
    ///
    /// # Errors
    /// As [`Model::save`].
    pub fn save_onnx(&self, path: &Path) -> Result<u64, ModelFileError> {
        let bytes = onnx::bytes(&self.info, &self.generator.layers()?)?;
        atomic_file::write_bytes(path, &bytes)?;
        Ok(bytes.len() as u64)
    }
}

/// Reads a model onto `device`.
///
/// # Errors
/// Where the file holds no DCGAN-shaped generator that this program can tell, or one of a newer format.
pub fn load(path: &Path, device: &Device) -> Result<Model, ModelFileError> {
    import(path, &ImportOptions::default(), device).map(|imported| imported.model)
}

/// As [`load`], of a file about which a person may know more.
///
/// # Errors
/// As [`load`].
pub fn import(
    path: &Path,
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, ModelFileError> {
    let length = path.metadata()?.len();
    if length > LARGEST {
        return Err(ModelFileError::TooLarge(length));
    }
    import_bytes(&regular_file::read(path, LARGEST)?, options, device)
}

/// Reads a model from the bytes of its file onto `device`.
///
/// # Errors
/// As [`load`].
pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Model, ModelFileError> {
    import_bytes(bytes, &ImportOptions::default(), device).map(|imported| imported.model)
}

fn import_bytes(
    bytes: &[u8],
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, ModelFileError> {
    if torch::is_torch(bytes) {
        return recognised(&torch::tensors(bytes)?, options, device);
    }
    if onnx::is_onnx(bytes) && bytes.get(8) != Some(&b'{') {
        return Ok(Imported {
            is_own: false,
            ..Imported::silent(of_graph(bytes, device)?)
        });
    }
    let tensors = tensors(bytes)?;
    let header = header(bytes)?;
    let found = || found::of_safetensors(&tensors);
    match header.clone() {
        Some(header) if !header.layers.is_empty() => {
            let model = layered::read(&tensors, header, device)?;
            return Ok(Imported::silent(model));
        }
        None if *options != ImportOptions::default() => {
            return recognised(&found(), options, device);
        }
        _ => {}
    }
    let is_own = header.is_some();
    let usual = usual::Networks::read(&tensors, device);
    let (usual, prefix) = match usual {
        Ok(networks) => {
            let prefix = networks.generator_prefix().to_owned();
            (networks.model(header.unwrap_or_default())?, prefix)
        }
        // Under other names or of other shapes; if it is no such network either, the file is one of the usual layout
        // with something wrong, which is the better answer.
        Err(why) => {
            return match recognised(&found(), options, device) {
                Err(ModelFileError::NotADcgan(_) | ModelFileError::Unknown(_)) => Err(why),
                other => other,
            };
        }
    };
    match is_own {
        true => Ok(Imported::silent(usual)),
        // Names and shapes of the usual layout say nothing about its activation.
        false => {
            // Of this very generator: there may be another one in the file.
            let mut own = found();
            own.retain(|found| found.name.starts_with(&prefix));
            let told = recognised(&own, options, device).ok();
            Ok(usual::with_activation(usual, told))
        }
    }
}

/// The generator of an ONNX file.
fn of_graph(bytes: &[u8], device: &Device) -> Result<Model, ModelFileError> {
    let (layers, latent) = onnx::layers(bytes)?;
    usual::check_latent(latent)?;
    let (size, channels) = layout::check(&layers, latent)?;
    layout::check_picture(size, channels)?;
    Ok(Model {
        info: ModelInfo {
            size,
            channels,
            latent,
            width: layout::width(&layers),
            ..ModelInfo::default()
        },
        generator: layout::on_device(&Layers::new(layers)?, device)?,
        discriminator: None,
        kernels: Kernels::Full,
        directions: Vec::new(),
    })
}

/// The networks in some tensors, whatever their names are.
fn recognised(
    found: &[Found],
    options: &ImportOptions,
    device: &Device,
) -> Result<Imported, ModelFileError> {
    let layout::Recognised {
        info,
        generator,
        mut discriminator,
        mut findings,
    } = layout::recognise(found, options, device)?;
    usual::check_latent(info.latent)?;
    if discriminator
        .as_ref()
        .is_some_and(|d| usual::check_discriminator(d, &info).is_err())
    {
        discriminator = None;
        findings.notes.push(layout::discriminator::LEFT_OUT.into());
    }
    let model = Model {
        info,
        generator,
        discriminator,
        kernels: Kernels::Full,
        directions: Vec::new(),
    };
    Ok(Imported {
        model,
        notes: findings.notes,
        questions: findings.questions,
        is_own: false,
    })
}

/// The tensors in the bytes of a file.
pub(super) fn tensors(bytes: &[u8]) -> Result<SafeTensors<'_>, ModelFileError> {
    SafeTensors::deserialize(bytes)
        .map_err(|error| foreign::kind(bytes).map_or(error.into(), ModelFileError::Foreign))
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
