//! Models under the names of the PyTorch DCGAN tutorial, whatever stands in front of them: those of this program, and many
//! others.

use candle_core::Device;
use morphogan_nn::{Activation, Block, Direction, Stack};
use safetensors::tensor::{Dtype, SafeTensors};

use super::error::ModelFileError;
use super::networks::Prefixes;
use super::read::Reader;
use super::types::{Header, Imported, Kernels, MOST_FEATURES, Model};
use crate::gan::{Generator, ModelInfo};
use crate::latent::Direction as Named;

/// Longer latents than training offers.
const LONGEST_LATENT: usize = 4096;

/// What a checkpoint holds besides the model, by the beginnings of its names.
const OF_TRAINING: [&str; 5] = ["raw.", "average.", "adam_g.", "adam_d.", "spectral."];

/// The generator of a file, and where all else is.
pub(super) struct Networks<'a> {
    tensors: &'a SafeTensors<'a>,
    reader: Reader<'a>,
    prefixes: Prefixes,
    generator: Stack,
}

impl<'a> Networks<'a> {
    /// # Errors
    /// Where there is no generator under the usual names.
    pub fn read(tensors: &'a SafeTensors<'a>, device: &'a Device) -> Result<Self, ModelFileError> {
        let prefixes = Prefixes::find(tensors)?;
        let reader = Reader::new(tensors, device);
        let generator = reader.chain(&prefixes.generator, Direction::Up)?;
        Ok(Self {
            tensors,
            reader,
            prefixes,
            generator,
        })
    }

    /// What stands in front of the names of its tensors.
    pub fn generator_prefix(&self) -> &str {
        &self.prefixes.generator
    }

    /// The model, of which a file of this program tells by its `header`.
    ///
    /// # Errors
    /// Where something of it is missing, has no place or does not fit.
    pub fn model(self, header: Header) -> Result<Model, ModelFileError> {
        let discriminator = self.prefixes.discriminator.as_ref();
        let discriminator = discriminator
            .map(|prefix| self.reader.chain(prefix, Direction::Down))
            .transpose()?;
        let of_training = |name: &str| OF_TRAINING.iter().any(|start| name.starts_with(start));
        let mut rest = self.reader.unread().into_iter();
        if let Some(name) = rest.find(|name| self.prefixes.own(name) && !of_training(name)) {
            return Err(ModelFileError::Unknown(name.into()));
        }
        let info = shape_info(&self.generator, header.info)?;
        if let Some(discriminator) = &discriminator {
            check_discriminator(discriminator, &info)?;
        }
        let first = format!("{}0.weight", self.prefixes.generator);
        Ok(Model {
            directions: known_directions(header.directions, info.latent)?,
            info,
            generator: self.generator.into(),
            discriminator,
            kernels: match self.tensors.tensor(&first)?.dtype() {
                Dtype::F16 => Kernels::Half,
                _ => Kernels::Full,
            },
        })
    }
}

/// The model with the activation that its statistics were `recognised` by.
pub(super) fn with_activation(mut model: Model, recognised: Option<Imported>) -> Imported {
    let Some(Imported {
        model: other,
        notes,
        questions,
        ..
    }) = recognised
    else {
        return Imported {
            is_own: false,
            ..Imported::silent(model)
        };
    };
    match (&mut model.generator, other.generator) {
        (Generator::Chain(own), Generator::Chain(other)) => {
            for (own, other) in own.blocks.iter_mut().zip(&other.blocks) {
                if own.activation != Activation::Tanh {
                    own.activation = other.activation;
                }
            }
        }
        (own, other) => *own = other,
    }
    Imported {
        model,
        notes,
        questions,
        is_own: false,
    }
}

/// Those of methods that this program knows.
pub(super) fn known_directions(
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

/// The shapes decide about the architecture; the metadata about the rest.
fn shape_info(generator: &Stack, told: ModelInfo) -> Result<ModelInfo, ModelFileError> {
    let halvings = generator.blocks.len() - 1; // a stack that was read has two blocks or more
    if !(2..=7).contains(&halvings) {
        let found = format!("{} layers, not 3 to 8", halvings + 1);
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
    check_latent(info.latent)?;
    for (layer, block) in generator.blocks.iter().enumerate() {
        check_features(block.weight.dim(3)?, 4 << layer)?;
    }
    Ok(info)
}

/// Whether a discriminator takes the pictures that the model draws and gives one number for each.
pub(super) fn check_discriminator(
    discriminator: &Stack,
    info: &ModelInfo,
) -> Result<(), ModelFileError> {
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

pub(super) fn check_latent(latent: usize) -> Result<(), ModelFileError> {
    if latent <= LONGEST_LATENT {
        return Ok(());
    }
    let found = format!("latents of {latent} numbers");
    Err(ModelFileError::NotADcgan(found))
}
