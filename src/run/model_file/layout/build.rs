//! From a sketch to layers with their tensors.

use std::cell::RefCell;
use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};

use super::chain::Link;
use super::geometry::{Sketch, Step};
use crate::gan::layers::{Kind, Layer, Layers};
use crate::run::model_file::error::ModelFileError;
use crate::run::model_file::found::{Found, Place};
use crate::run::model_file::types::MOST_FEATURES;

/// Builds networks out of the same tensors, each of which is read once, also where it has several names.
pub(super) struct Builder<'l, 'a> {
    links: &'l [Link<'a>],
    read: RefCell<HashMap<Place, Tensor>>,
}

impl<'l, 'a> Builder<'l, 'a> {
    pub fn new(links: &'l [Link<'a>]) -> Self {
        Self {
            links,
            read: RefCell::default(),
        }
    }

    /// The network of a sketch, in main memory.
    pub fn build(&self, sketch: &Sketch) -> Result<Layers, ModelFileError> {
        Ok(Layers::new(self.layers(&sketch.steps)?)?)
    }

    /// The layers of some steps.
    pub fn layers(&self, steps: &[Step]) -> Result<Vec<Layer>, ModelFileError> {
        let is_there = |step: &&Step| !matches!(step, Step::Activation(None));
        let layers = steps.iter().filter(is_there).map(|step| self.layer(*step));
        layers.collect()
    }

    /// Whether every norm came with running statistics; an error where only some did.
    pub fn has_statistics(&self) -> Result<bool, ModelFileError> {
        let norms = || self.links.iter().filter_map(|link| link.norm.as_ref());
        let with = norms().filter(|norm| norm.mean.is_some()).count();
        if with != 0 && with != norms().count() {
            let found = "some of its batch norms have running statistics and others none";
            return Err(ModelFileError::NotADcgan(found.into()));
        }
        Ok(with > 0)
    }

    /// Whether its norms have seen anything: those of a network that was never trained are as they begin.
    pub fn has_learnt(&self) -> Result<bool, ModelFileError> {
        for link in self.links {
            let Some(norm) = &link.norm else { continue };
            for (part, first) in [(norm.mean, 0.0), (norm.variance, 1.0)] {
                let numbers = part
                    .map(|part| self.vector(part, norm.channels))
                    .transpose()?;
                let numbers = numbers.map(|part| part.to_vec1::<f32>()).transpose()?;
                if numbers.into_iter().flatten().any(|number| number != first) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn layer(&self, step: Step) -> Result<Layer, ModelFileError> {
        let (kind, parts) = match step {
            Step::Plain(kind) | Step::Activation(Some(kind)) => (kind, Vec::new()),
            // Left out above.
            Step::Activation(None) => (Kind::Flatten, Vec::new()),
            Step::Kernel(at, kind) => {
                let kernel = &self.links[at].kernel;
                let mut parts = vec![("weight", self.tensor(kernel.weight)?)];
                if let Some(bias) = kernel.bias {
                    let gives = self.links[at].ends().1;
                    parts.push(("bias", self.vector(bias, gives)?));
                }
                (kind, parts)
            }
            Step::Norm(at, kind) => (kind, self.norm(at)?),
        };
        Ok(Layer { kind, parts })
    }

    fn norm(&self, at: usize) -> Result<Vec<(&'static str, Tensor)>, ModelFileError> {
        let Some(norm) = &self.links[at].norm else {
            return Ok(Vec::new());
        };
        let or = |found: Option<&Found>, number: f32| match found {
            Some(found) => self.vector(found, norm.channels),
            None => Ok(Tensor::full(number, norm.channels, &Device::Cpu)?),
        };
        let variance = or(norm.variance, 1.0)?;
        if let Some(found) = norm.variance
            && variance.min_all()?.to_scalar::<f32>()? < 0.0
        {
            return Err(ModelFileError::Negative(found.name.clone()));
        }
        Ok(vec![
            ("weight", or(norm.gain, 1.0)?),
            ("bias", or(norm.shift, 0.0)?),
            ("running_mean", or(norm.mean, 0.0)?),
            ("running_var", variance),
        ])
    }

    fn vector(&self, found: &Found, count: usize) -> Result<Tensor, ModelFileError> {
        if found.shape != [count] {
            return Err(ModelFileError::NotADcgan(format!(
                "{} is {:?}, not of {count} numbers",
                found.name, found.shape
            )));
        }
        self.tensor(found)
    }

    /// How many tensors are held.
    #[cfg(test)]
    pub fn read_count(&self) -> usize {
        self.read.borrow().len()
    }

    pub(super) fn tensor(&self, found: &Found) -> Result<Tensor, ModelFileError> {
        if let Some(tensor) = self.read.borrow().get(&found.place()) {
            return Ok(tensor.clone());
        }
        let numbers = found.floats()?;
        let tensor = Tensor::from_vec(numbers, &found.shape[..], &Device::Cpu)?;
        debug_assert_eq!(tensor.dtype(), DType::F32);
        self.read.borrow_mut().insert(found.place(), tensor.clone());
        Ok(tensor)
    }
}

/// Side and channels of the pictures that layers make. Refuses those that would ask for more memory than a file lets one
/// expect, or do not fit each other.
pub fn check(layers: &[Layer], latent: usize) -> Result<(usize, usize), ModelFileError> {
    let (mut side, mut channels) = (1usize, latent);
    for layer in layers {
        let weight = layer.part("weight").map(|weight| weight.dims().to_vec());
        let (takes, gives) = match (layer.kind, weight.as_deref()) {
            (Kind::Linear, Some(&[outputs, inputs])) => {
                channels = channels.saturating_mul(side.saturating_mul(side));
                side = 1;
                (inputs, outputs)
            }
            (
                Kind::Unflatten {
                    channels: new,
                    side: own,
                },
                _,
            ) => {
                side = own;
                let numbers = new.saturating_mul(own.saturating_mul(own));
                let whole = std::mem::replace(&mut channels, new);
                (numbers, if numbers == whole { new } else { 0 })
            }
            (
                Kind::ConvTranspose {
                    stride,
                    padding,
                    output_padding,
                },
                Some(&[a, b, k, across]),
            ) if is_kernel(k, across) && (1..=2 * k).contains(&stride) => {
                side = (side.saturating_sub(1).saturating_mul(stride))
                    .saturating_add(k.saturating_add(output_padding))
                    .saturating_sub(padding.saturating_mul(2));
                (a, b)
            }
            (Kind::Conv { stride: 1, padding }, Some(&[b, a, k, across]))
                if is_kernel(k, across) =>
            {
                side = side
                    .saturating_add(padding.saturating_mul(2))
                    .saturating_add(1)
                    .saturating_sub(k);
                (a, b)
            }
            (Kind::Upsample { factor, .. }, _) => {
                side = side.saturating_mul(factor);
                (channels, channels)
            }
            (Kind::BatchNorm { .. }, Some(&[count])) => (count, channels),
            (Kind::Tanh | Kind::Sigmoid, None) => (channels, channels),
            (kind, None) if kind.is_activation() => (channels, channels),
            (kind, _) => {
                let found = format!("a layer {kind:?} that a generator does not have");
                return Err(ModelFileError::NotADcgan(found));
            }
        };
        let is_unflattened = matches!(layer.kind, Kind::Unflatten { .. });
        if gives == 0 || side == 0 || (takes != channels && !is_unflattened) {
            let found = format!("a layer gives {channels} channels and the next takes {takes}");
            return Err(ModelFileError::NotADcgan(found));
        }
        channels = gives;
        if channels.saturating_mul(side.saturating_mul(side)) > MOST_FEATURES {
            let found =
                format!("a layer of {channels} channels at {side}×{side}, which is too wide");
            return Err(ModelFileError::NotADcgan(found));
        }
    }
    Ok((side, channels))
}

/// Square, and of a size that some generator has.
fn is_kernel(height: usize, width: usize) -> bool {
    height == width && (1..=16).contains(&height)
}

/// Refuses what is no picture that this program shows.
pub fn check_picture(side: usize, channels: usize) -> Result<(), ModelFileError> {
    let found = match (side, channels) {
        (4..=1024, 1 | 3) => return Ok(()),
        (4..=1024, _) => format!("pictures of {channels} channels, not 1 or 3"),
        _ => format!("pictures of {side}×{side}"),
    };
    Err(ModelFileError::NotADcgan(found))
}

/// Channels in front of the last kernel.
pub fn width(layers: &[Layer]) -> usize {
    let last = layers
        .iter()
        .rev()
        .find_map(|layer| Some((layer.kind, layer.part("weight")?)));
    let side = match last {
        Some((Kind::ConvTranspose { .. }, weight)) => weight.dim(0),
        Some((_, weight)) => weight.dim(1),
        None => Ok(0),
    };
    side.unwrap_or(0)
}
