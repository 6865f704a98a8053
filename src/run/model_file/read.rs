//! Reading: networks out of named tensors, known by their shapes.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::gan::network;
use candle_core::{Device, Tensor};
use morphogan_nn::{BatchNorm, Block, Direction, Stack};
use safetensors::tensor::{Dtype, SafeTensors};

use super::error::ModelFileError;
use super::found::Found;
use super::types::places;

/// Reads networks and tensors out of a file.
pub(in crate::run) struct Reader<'a> {
    tensors: &'a SafeTensors<'a>,
    device: &'a Device,
    /// Names of what was read.
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Reader<'a> {
    /// Of a file's tensors, onto `device`.
    pub fn new(tensors: &'a SafeTensors<'a>, device: &'a Device) -> Self {
        Self {
            tensors,
            device,
            read: RefCell::default(),
        }
    }

    /// The network behind `prefix` as this program names its layers.
    pub fn stack(&self, prefix: &str, direction: Direction) -> Result<Stack, ModelFileError> {
        self.chain(&format!("{prefix}main."), direction)
    }

    /// The network whose names are `prefix`, the numbers of the tutorial's layers and their parts.
    pub fn chain(&self, prefix: &str, direction: Direction) -> Result<Stack, ModelFileError> {
        let name = |block| {
            let (convolution, _) = places(direction, block);
            format!("{prefix}{convolution}.weight")
        };
        let count = (0..).take_while(|&block| self.has(&name(block))).count();
        if count < 2 {
            let missing = name(count);
            return Err(ModelFileError::NotADcgan(format!("{missing} is missing")));
        }
        let mut blocks: Vec<Block> = Vec::with_capacity(count);
        for index in 0..count {
            let weight = self.floats(&name(index), 4)?; // [deep, wide, 4, 4]
            let (_, _, high, across) = weight.dims4()?;
            if (high, across) != (4, 4) {
                let found = format!("{} is {high}×{across}, not 4×4", name(index));
                return Err(ModelFileError::NotADcgan(found));
            }
            let weight = weight.permute((0, 2, 3, 1))?.contiguous()?; // [deep, 4, 4, wide]
            let block = self.block(prefix, direction, (index, count), weight)?;
            check_chain(blocks.last(), &block)?;
            blocks.push(block);
        }
        Ok(Stack::new(blocks))
    }

    /// Names of what was not read, in order.
    pub fn unread(&self) -> Vec<&'a str> {
        let read = self.read.borrow();
        let mut names = self.tensors.names();
        names.retain(|name| !read.contains(*name));
        names.sort_unstable();
        names
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
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
        let (convolution, norm) = places(direction, index);
        // With spectral norm D has none.
        let there = || self.has(&format!("{prefix}{norm}.weight"));
        let normed = !last && (up || (!first && there()));
        let channels = weight.dim(if up { 3 } else { 0 })?;
        let bias = format!("{prefix}{convolution}.bias");
        Ok(Block {
            direction,
            geometry: network::geometry(direction, (index, count)),
            weight,
            bias: self
                .has(&bias)
                .then(|| self.vector(&bias, channels))
                .transpose()?,
            norm: normed
                .then(|| self.norm(&format!("{prefix}{norm}"), channels))
                .transpose()?,
            activation: network::activation(direction, (index, count)),
        })
    }

    fn norm(&self, name: &str, channels: usize) -> Result<BatchNorm, ModelFileError> {
        let read = |part: &str| self.vector(&format!("{name}.{part}"), channels);
        let variances = format!("{name}.running_var");
        let running_var = self.vector(&variances, channels)?;
        check_squares(&variances, &running_var)?;
        let counted = format!("{name}.num_batches_tracked");
        let batches = self.tensors.tensor(&counted).ok();
        let batches = batches.and_then(|view| view.data().try_into().ok());
        self.read.borrow_mut().insert(counted);
        Ok(BatchNorm {
            gain: read("weight")?,
            shift: read("bias")?,
            running_mean: read("running_mean")?,
            running_var,
            batches: batches.map_or(0, i64::from_le_bytes),
        })
    }

    /// One number for each of a layer's `channels`.
    fn vector(&self, name: &str, channels: usize) -> Result<Tensor, ModelFileError> {
        let tensor = self.floats(name, 1)?;
        match tensor.elem_count() {
            count if count == channels => Ok(tensor),
            count => Err(ModelFileError::NotADcgan(format!(
                "{name} has {count} numbers, not {channels}"
            ))),
        }
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

    /// One tensor of floats, of 32 bits whatever they are in the file.
    pub fn tensor(&self, name: &str) -> Result<Tensor, ModelFileError> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|_| ModelFileError::NotADcgan(format!("{name} is missing")))?;
        let found = Found::of(name, &view);
        let is_known = matches!(found.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16);
        if !is_known || found.bytes.is_empty() {
            let (dtype, shape) = (found.dtype, &found.shape);
            let found = format!("{name} is {dtype:?} {shape:?}, not F32, F16 or BF16");
            return Err(ModelFileError::NotADcgan(found));
        }
        let numbers = found.floats()?;
        self.read.borrow_mut().insert(name.into());
        Ok(Tensor::from_vec(numbers, view.shape(), self.device)?)
    }
}

/// Refuses means of squares that are negative.
pub(in crate::run) fn check_squares(name: &str, tensor: &Tensor) -> Result<(), ModelFileError> {
    let numbers: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    match numbers.iter().any(|&x| x < 0.0) {
        true => Err(ModelFileError::Negative(name.into())),
        false => Ok(()),
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
