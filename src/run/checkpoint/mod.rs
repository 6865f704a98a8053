//! A checkpoint: all that a run needs to go on to the bit.
//!
//! It is a model file (see [`super::model_file`]) with more in it, so that whatever opens a model
//! opens a checkpoint. Where the generator is averaged, the shown one stands under the usual names,
//! the one that is trained behind `raw.` and the average behind `average.`. The moments of both Adams
//! follow. The metadata entry `checkpoint` holds the rest as JSON, with the entry `checksum` over
//! everything.

mod adam_state;
mod error;
mod restore;
pub mod store;

use std::collections::HashMap;
use std::io;
use std::path::Path;

use crc32fast::Hasher;
use morphogan_nn::Adam;
use safetensors::tensor::SafeTensors;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::model_file::{self, Entry, Kernels, ModelFileError};
use crate::gan::{Anchors, Gan, ModelInfo, Snapshot};
use crate::regular_file;
use adam_state::AdamState;
use error::{FORMAT, unclear};

pub use error::CheckpointError;

/// No run comes to so many steps or pictures; below it they can be counted on.
const MOST_COUNTED: u64 = 1 << 53;

/// No checkpoint of ours is larger: a model of 1 GiB with two moments for each weight.
const LARGEST: u64 = 4 << 30;

const CHECKPOINT: &str = "checkpoint";
const CHECKSUM: &str = "checksum";
const OF_D: &str = "discriminator.";
const RAW: &str = "raw.";
const AVERAGE: &str = "average.";

#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    architecture: String,
    adam_g: AdamState,
    adam_d: AdamState,
    /// Steps of the averaged generator, where there is one.
    averaged: Option<u64>,
    /// Whether D works with divided weights; the learnt ones then stand behind `spectral.`.
    #[serde(default)]
    spectral: bool,
    /// State of the random changes of D's pictures, as JSON.
    #[serde(default)]
    views: Option<String>,
    /// Averages of D's outputs; earlier versions did not keep them.
    #[serde(default)]
    anchors: Option<Anchors>,
    /// The trainer's own, as JSON: only it knows what is in there.
    state: String,
}

/// Writes a checkpoint, whole or not at all: `gan` at the step of `shown`, which is its generator as
/// a person gets it, and the trainer's own `state`. Gives its length in bytes.
///
/// # Errors
/// Where the device or the file system fails, or a weight is no longer a number: an older file at
/// `path` then stays as it was.
pub fn save(
    path: &Path,
    shown: &Snapshot,
    gan: &Gan,
    state: &impl Serialize,
) -> Result<u64, CheckpointError> {
    let info = shown.info();
    // Only chains are trained.
    let shown = shown.generator().chain().unwrap_or(&gan.generator);
    let mut tensors = model_file::entries(shown, "")?;
    if let Some(average) = &gan.average {
        tensors.extend(model_file::entries(&gan.generator, RAW)?);
        tensors.extend(model_file::entries(&average.generator, AVERAGE)?);
    }
    tensors.extend(model_file::entries(&gan.discriminator, OF_D)?);
    if let Some(spectral) = &gan.spectral {
        for (number, layer) in spectral.layers.iter().enumerate() {
            tensors.push(model_file::floats(learnt(number, "weight"), &layer.weight)?);
            tensors.push(model_file::floats(learnt(number, "right"), &layer.right)?);
        }
    }
    tensors.extend(moments(&gan.adam_g, "adam_g")?);
    tensors.extend(moments(&gan.adam_d, "adam_d")?);
    let header = Header {
        format: FORMAT,
        architecture: architecture(info),
        adam_g: AdamState::of(&gan.adam_g),
        adam_d: AdamState::of(&gan.adam_d),
        averaged: gan.average.as_ref().map(|average| average.steps),
        spectral: gan.spectral.is_some(),
        anchors: gan.anchors,
        views: Some(serde_json::to_string(&gan.views).map_err(io::Error::from)?),
        state: serde_json::to_string(state).map_err(io::Error::from)?,
    };
    let header = serde_json::to_string(&header).map_err(io::Error::from)?;
    let description = model_file::description(info, &[], Kernels::Full)?;
    let parts = tensors
        .iter()
        .map(|Entry { name, bytes, .. }| (name.as_str(), &bytes[..]));
    let checksum = checksum([&description, &header], parts.collect());
    let metadata = HashMap::from([
        (model_file::DESCRIPTION.to_owned(), description),
        (CHECKPOINT.to_owned(), header),
        (CHECKSUM.to_owned(), checksum),
    ]);
    Ok(model_file::write(path, &tensors, metadata)?)
}

/// CRC-32 of the texts and the named tensors, in hexadecimal.
fn checksum(texts: [&str; 2], mut tensors: Vec<(&str, &[u8])>) -> String {
    tensors.sort_unstable();
    let mut hasher = Hasher::new();
    let texts = texts.into_iter().map(str::as_bytes);
    let tensors = tensors
        .iter()
        .flat_map(|(name, bytes)| [name.as_bytes(), bytes]);
    for part in texts.chain(tensors) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("{:08x}", hasher.finalize())
}

fn moments(adam: &Adam, name: &str) -> Result<Vec<Entry>, ModelFileError> {
    let mut all = Vec::new();
    for (number, (first, second)) in adam.moments.iter().enumerate() {
        let [of_first, of_second] = moment_names(name, number);
        all.push(model_file::floats(of_first, first)?);
        all.push(model_file::floats(of_second, second)?);
    }
    Ok(all)
}

/// Names of the tensors of an optimiser's first and second moments of a parameter.
fn moment_names(adam: &str, parameter: usize) -> [String; 2] {
    ["first", "second"].map(|part| format!("{adam}.{parameter}.{part}"))
}

/// Name of a tensor of spectral norm.
fn learnt(layer: usize, part: &str) -> String {
    format!("spectral.{layer}.{part}")
}

/// What must be equal for weights to fit.
fn architecture(info: &ModelInfo) -> String {
    let ModelInfo {
        size,
        channels,
        latent,
        width,
        ..
    } = info;
    format!("{size}×{size} pixels, {channels} channels, latent {latent}, width {width}")
}

/// A checkpoint that was read and is whole.
pub struct Checkpoint {
    bytes: Vec<u8>,
    info: ModelInfo,
    header: Header,
}

impl Checkpoint {
    /// Reads a checkpoint and checks that it is what was written.
    ///
    /// # Errors
    /// Where it is none, is damaged, or was written by a newer version.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let length = path.metadata()?.len();
        if length > LARGEST {
            return Err(ModelFileError::TooLarge(length).into());
        }
        let bytes = regular_file::read(path, LARGEST)?;
        let tensors = model_file::tensors(&bytes)?;
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(ModelFileError::from)?;
        let metadata = metadata.metadata().clone().unwrap_or_default();
        let text = |name: &str| metadata.get(name).ok_or(CheckpointError::OnlyAModel);
        // What a newer version writes may be checked in another way: ask for the version first.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let header = text(CHECKPOINT)?;
        let version: Version = serde_json::from_str(header).map_err(unclear)?;
        if version.format > FORMAT {
            return Err(CheckpointError::Newer(version.format));
        }
        let all = tensors.tensors();
        let parts = all.iter().map(|(name, view)| (name.as_str(), view.data()));
        let found = checksum([text(model_file::DESCRIPTION)?, header], parts.collect());
        let told = text(CHECKSUM)?.clone();
        if found != told {
            return Err(CheckpointError::Damaged { found, told });
        }
        let info = model_file::told_info(&bytes)?.ok_or(CheckpointError::OnlyAModel)?;
        let header: Header = serde_json::from_str(header).map_err(unclear)?;
        let (of_g, of_d) = (header.adam_g.step, header.adam_d.step);
        let counts = [
            info.step,
            info.images,
            of_g,
            of_d,
            header.averaged.unwrap_or(0),
        ];
        if counts.into_iter().any(|count| count > MOST_COUNTED) {
            let text = "it counts more steps than a run can have".to_owned();
            return Err(CheckpointError::Unclear(text));
        }
        drop((all, tensors));
        Ok(Self {
            bytes,
            info,
            header,
        })
    }

    /// What the model is and how far it was trained.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The trainer's own part.
    ///
    /// # Errors
    /// Where it is not what this program writes.
    pub fn state<S: DeserializeOwned>(&self) -> Result<S, CheckpointError> {
        serde_json::from_str(&self.header.state).map_err(unclear)
    }
}

#[cfg(test)]
mod tests;
