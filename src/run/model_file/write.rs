//! Writing: networks to named tensors, tensors to a file.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use candle_core::Tensor;
use half::f16;
use morphogan_nn::Stack;
use safetensors::tensor::{Dtype, TensorView};

use super::error::ModelFileError;
use super::types::{DESCRIPTION, FORMAT, Header, Kernels, Model, OF_LAYERS, places};
use crate::atomic_file;
use crate::gan::layers::{Kind, Layer};
use crate::gan::{Generator, ModelInfo, network};
use crate::latent::Direction as Named;

/// Writes all of a model.
pub(super) fn save_whole(path: &Path, model: &Model) -> Result<u64, ModelFileError> {
    let mut tensors = match &model.generator {
        Generator::Chain(chain) if network::is_usual(chain) => entries(chain, "")?,
        other => layered(&other.layers()?)?,
    };
    if let Some(discriminator) = &model.discriminator {
        tensors.extend(entries(discriminator, "discriminator.")?);
    }
    if model.kernels == Kernels::Half {
        for kernel in tensors.iter_mut().filter(|entry| entry.shape.len() == 4) {
            kernel.halve();
        }
    }
    write(path, &tensors, metadata(model)?)
}

/// Under the numbers of PyTorch's `nn.Sequential`.
fn layered(layers: &[Layer]) -> Result<Vec<Entry>, ModelFileError> {
    let parts = layers.iter().enumerate().flat_map(|(number, layer)| {
        let parts = layer.parts.iter();
        parts.map(move |(part, tensor)| floats(format!("main.{number}.{part}"), tensor))
    });
    parts.collect()
}

fn metadata(model: &Model) -> io::Result<HashMap<String, String>> {
    Ok(HashMap::from([(
        DESCRIPTION.to_owned(),
        description_of(model)?,
    )]))
}

/// The metadata of a model whose generator is a chain.
pub(in crate::run) fn description(
    info: &ModelInfo,
    directions: &[Named],
    kernels: Kernels,
) -> io::Result<String> {
    described(info, directions, kernels.format(), Vec::new())
}

fn description_of(model: &Model) -> io::Result<String> {
    let format = model.kernels.format();
    let (format, kinds) = match &model.generator {
        // What training assumes of a chain is not said.
        Generator::Chain(chain) if network::is_usual(chain) => (format, Vec::new()),
        other => {
            let layers = other.layers().map_err(io::Error::other)?;
            let kinds: Vec<Kind> = layers.iter().map(|layer| layer.kind).collect();
            let is_early = kinds.iter().all(|kind| kind.is_early());
            (if is_early { OF_LAYERS } else { FORMAT }, kinds)
        }
    };
    described(&model.info, &model.directions, format, kinds)
}

fn described(
    info: &ModelInfo,
    directions: &[Named],
    format: u32,
    layers: Vec<Kind>,
) -> io::Result<String> {
    let directions = directions.iter().map(serde_json::to_value);
    let header = Header {
        format,
        info: info.clone(),
        layers,
        directions: directions.collect::<Result<_, _>>()?,
    };
    serde_json::to_string(&header).map_err(io::Error::from)
}

/// Writes tensors, whole or not at all; gives the file's length.
pub(in crate::run) fn write(
    path: &Path,
    tensors: &[Entry],
    metadata: HashMap<String, String>,
) -> Result<u64, ModelFileError> {
    if let Some(lost) = tensors.iter().find(|entry| !entry.is_finite()) {
        return Err(ModelFileError::NotFinite(lost.name.clone()));
    }
    let views: Vec<(&str, TensorView)> = tensors
        .iter()
        .map(|entry| {
            let view = TensorView::new(entry.dtype, entry.shape.clone(), &entry.bytes)?;
            Ok((entry.name.as_str(), view))
        })
        .collect::<Result<_, safetensors::SafeTensorError>>()?;
    let bytes = safetensors::serialize(views, Some(metadata))?;
    atomic_file::write_bytes(path, &bytes)?;
    Ok(bytes.len() as u64)
}

/// A tensor on its way into a file.
pub(in crate::run) struct Entry {
    pub name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl Entry {
    fn is_finite(&self) -> bool {
        match self.dtype {
            Dtype::F32 => self.numbers().all(f32::is_finite),
            Dtype::F16 => {
                let (numbers, _) = self.bytes.as_chunks::<2>();
                numbers.iter().all(|&x| f16::from_le_bytes(x).is_finite())
            }
            _ => true,
        }
    }

    /// From 32-bit floats to 16-bit ones, each the nearest.
    fn halve(&mut self) {
        let halves = self.numbers().map(f16::from_f32);
        self.bytes = halves.flat_map(f16::to_le_bytes).collect();
        self.dtype = Dtype::F16;
    }

    /// What 32-bit floats stand there.
    fn numbers(&self) -> impl Iterator<Item = f32> {
        let (numbers, _) = self.bytes.as_chunks::<4>();
        numbers.iter().map(|&x| f32::from_le_bytes(x))
    }
}

/// A network's tensors, each name behind `prefix`.
pub(in crate::run) fn entries(stack: &Stack, prefix: &str) -> Result<Vec<Entry>, ModelFileError> {
    let mut all = Vec::new();
    for (index, block) in stack.blocks.iter().enumerate() {
        let (convolution, norm) = places(block.direction, index);
        let weight = block.weight.permute((0, 3, 1, 2))?.contiguous()?; // [deep, wide, 4, 4]
        all.push(floats(
            format!("{prefix}main.{convolution}.weight"),
            &weight,
        )?);
        if let Some(bias) = &block.bias {
            all.push(floats(format!("{prefix}main.{convolution}.bias"), bias)?);
        }
        let Some(learnt) = &block.norm else { continue };
        let name = |part: &str| format!("{prefix}main.{norm}.{part}");
        all.push(floats(name("weight"), &learnt.gain)?);
        all.push(floats(name("bias"), &learnt.shift)?);
        all.push(floats(name("running_mean"), &learnt.running_mean)?);
        all.push(floats(name("running_var"), &learnt.running_var)?);
        all.push(Entry {
            name: name("num_batches_tracked"),
            dtype: Dtype::I64,
            shape: Vec::new(),
            bytes: learnt.batches.to_le_bytes().to_vec(),
        });
    }
    Ok(all)
}

/// One tensor as it is.
pub(in crate::run) fn floats(name: String, tensor: &Tensor) -> Result<Entry, ModelFileError> {
    let numbers: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    Ok(Entry {
        name,
        dtype: Dtype::F32,
        shape: tensor.dims().to_vec(),
        bytes: numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
    })
}
