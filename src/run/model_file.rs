//! Models as safetensors, under the names and in the layout of the PyTorch DCGAN tutorial.
//!
//! `Generator.load_state_dict(load_file(path), strict=False)` works in PyTorch as it is: the
//! generator's tensors are `main.0.weight` [in, out, kh, kw] and so on, the discriminator's stand
//! behind `discriminator.`. The metadata entry `morphogan` holds [`ModelInfo`] and the format
//! version as JSON; a file without it (one that PyTorch wrote) is read by its shapes alone.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::gan::ModelInfo;
use crate::latent::Direction as Named;
use crate::nn::{Activation, BatchNorm, Block, Direction, Geometry, Stack};

/// Raised when older programs cannot read what newer ones write.
const FORMAT: u32 = 1;

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
    /// Named directions of the latent space; those found by methods that this program does not know
    /// are left out.
    pub directions: Vec<Named>,
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
    /// Writes the model, whole or not at all.
    ///
    /// # Errors
    /// As [`save`].
    pub fn save(&self, path: &Path) -> Result<(), ModelFileError> {
        let networks = (&self.generator, self.discriminator.as_ref());
        save_whole(path, &self.info, networks, &self.directions)
    }
}

/// Writes a model without directions, whole or not at all.
///
/// # Errors
/// Where the device or the file system fails, or a weight is no longer a number.
pub fn save(
    path: &Path,
    info: &ModelInfo,
    generator: &Stack,
    discriminator: Option<&Stack>,
) -> Result<(), ModelFileError> {
    save_whole(path, info, (generator, discriminator), &[])
}

fn save_whole(
    path: &Path,
    info: &ModelInfo,
    (generator, discriminator): (&Stack, Option<&Stack>),
    directions: &[Named],
) -> Result<(), ModelFileError> {
    let mut tensors = entries(generator, "")?;
    if let Some(discriminator) = discriminator {
        tensors.extend(entries(discriminator, "discriminator.")?);
    }
    let metadata = HashMap::from([(DESCRIPTION.to_owned(), description(info, directions)?)]);
    write(path, &tensors, metadata)?;
    Ok(())
}

/// The metadata of a model.
pub(super) fn description(info: &ModelInfo, directions: &[Named]) -> io::Result<String> {
    let directions = directions.iter().map(serde_json::to_value);
    let header = Header {
        format: FORMAT,
        info: info.clone(),
        directions: directions.collect::<Result<_, _>>()?,
    };
    serde_json::to_string(&header).map_err(io::Error::from)
}

/// Writes tensors, whole or not at all; gives the file's length.
pub(super) fn write(
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
    })
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

/// A tensor on its way into a file.
pub(super) struct Entry {
    pub name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl Entry {
    fn is_finite(&self) -> bool {
        let (numbers, _) = self.bytes.as_chunks::<4>();
        self.dtype != Dtype::F32 || numbers.iter().all(|&x| f32::from_le_bytes(x).is_finite())
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

/// A network's tensors, each name behind `prefix`.
pub(super) fn entries(stack: &Stack, prefix: &str) -> Result<Vec<Entry>, ModelFileError> {
    let mut all = Vec::new();
    for (index, block) in stack.blocks.iter().enumerate() {
        let (convolution, norm) = places(block.direction, index);
        let weight = block.weight.permute((0, 3, 1, 2))?.contiguous()?; // [deep, wide, 4, 4]
        all.push(floats(
            format!("{prefix}main.{convolution}.weight"),
            &weight,
        )?);
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
pub(super) fn floats(name: String, tensor: &Tensor) -> Result<Entry, ModelFileError> {
    let numbers: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    Ok(Entry {
        name,
        dtype: Dtype::F32,
        shape: tensor.dims().to_vec(),
        bytes: numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
    })
}

/// Reads networks and tensors out of a file.
pub(super) struct Reader<'a> {
    pub tensors: &'a SafeTensors<'a>,
    pub device: &'a Device,
}

impl Reader<'_> {
    /// The network behind `prefix`.
    pub fn stack(&self, prefix: &str, direction: Direction) -> Result<Stack, ModelFileError> {
        let name = |block, part: &str| {
            let (convolution, _) = places(direction, block);
            format!("{prefix}main.{convolution}.{part}")
        };
        let count = (0..)
            .take_while(|&b| self.tensors.tensor(&name(b, "weight")).is_ok())
            .count();
        if count < 2 {
            let missing = name(count, "weight");
            return Err(ModelFileError::NotADcgan(format!("{missing} is missing")));
        }
        let mut blocks: Vec<Block> = Vec::with_capacity(count);
        for index in 0..count {
            let weight = self.floats(&name(index, "weight"), 4)?; // [deep, wide, 4, 4]
            let (_, _, high, across) = weight.dims4()?;
            if (high, across) != (4, 4) {
                let found = format!("{} is {high}×{across}, not 4×4", name(index, "weight"));
                return Err(ModelFileError::NotADcgan(found));
            }
            let weight = weight.permute((0, 2, 3, 1))?.contiguous()?; // [deep, 4, 4, wide]
            let block = self.block(prefix, direction, (index, count), weight)?;
            check_chain(blocks.last(), &block)?;
            blocks.push(block);
        }
        Ok(Stack::new(blocks))
    }

    fn block(
        &self,
        prefix: &str,
        direction: Direction,
        (index, count): (usize, usize),
        weight: Tensor,
    ) -> Result<Block, ModelFileError> {
        let (first, last) = (index == 0, index + 1 == count);
        let up = direction == Direction::Up;
        let (_, norm) = places(direction, index);
        let there = || {
            let gain = format!("{prefix}main.{norm}.weight");
            self.tensors.tensor(&gain).is_ok()
        };
        // With spectral norm D has none.
        let normed = !last && (up || (!first && there()));
        let channels = weight.dim(if up { 3 } else { 0 })?;
        Ok(Block {
            direction,
            geometry: if (up && first) || (!up && last) {
                Geometry::Whole
            } else {
                Geometry::Halve
            },
            weight,
            norm: normed
                .then(|| self.norm(&format!("{prefix}main.{norm}"), channels))
                .transpose()?,
            activation: match (up, last) {
                (true, true) => Activation::Tanh,
                (true, false) => Activation::Relu,
                (false, true) => Activation::Linear,
                (false, false) => Activation::LeakyRelu(0.2),
            },
        })
    }

    fn norm(&self, name: &str, channels: usize) -> Result<BatchNorm, ModelFileError> {
        let read = |part: &str| {
            let name = format!("{name}.{part}");
            let tensor = self.floats(&name, 1)?;
            match tensor.elem_count() {
                count if count == channels => Ok(tensor),
                count => Err(ModelFileError::NotADcgan(format!(
                    "{name} has {count} numbers, not {channels}"
                ))),
            }
        };
        let batches = self
            .tensors
            .tensor(&format!("{name}.num_batches_tracked"))
            .ok();
        let batches = batches.and_then(|view| view.data().try_into().ok());
        Ok(BatchNorm {
            gain: read("weight")?,
            shift: read("bias")?,
            running_mean: read("running_mean")?,
            running_var: read("running_var")?,
            batches: batches.map_or(0, i64::from_le_bytes),
        })
    }

    fn floats(&self, name: &str, rank: usize) -> Result<Tensor, ModelFileError> {
        let tensor = self.tensor(name)?;
        match tensor.rank() == rank {
            true => Ok(tensor),
            false => {
                let shape = tensor.dims();
                let found = format!("{name} is {shape:?}, not of rank {rank}");
                Err(ModelFileError::NotADcgan(found))
            }
        }
    }

    /// One tensor of floats.
    pub fn tensor(&self, name: &str) -> Result<Tensor, ModelFileError> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|_| ModelFileError::NotADcgan(format!("{name} is missing")))?;
        if view.dtype() != Dtype::F32 || view.data().is_empty() {
            let (dtype, shape) = (view.dtype(), view.shape());
            let found = format!("{name} is {dtype:?} {shape:?}, not F32");
            return Err(ModelFileError::NotADcgan(found));
        }
        let (chunks, _) = view.data().as_chunks::<4>();
        let numbers: Vec<f32> = chunks
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect();
        Ok(Tensor::from_vec(numbers, view.shape(), self.device)?)
    }
}

/// One layer's output must be the next one's input.
fn check_chain(before: Option<&Block>, after: &Block) -> Result<(), ModelFileError> {
    let Some(before) = before else { return Ok(()) };
    let (out_of, into) = match after.direction {
        Direction::Up => (before.weight.dim(3)?, after.weight.dim(0)?),
        Direction::Down => (before.weight.dim(0)?, after.weight.dim(3)?),
    };
    if out_of == into {
        return Ok(());
    }
    let found = format!("a layer gives {out_of} channels and the next takes {into}");
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
