//! One convolution with what follows it.

use candle_core::{Device, Tensor};

use super::types::Normalised;
use super::{Activation, BatchNorm, Geometry, Precision, Result, conv};

/// Which way the data flows through a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To lower resolution: a discriminator.
    Down,
    /// To higher resolution: a generator.
    Up,
}

/// Convolution, bias and batch norm (if any), activation.
#[derive(Clone, Debug)]
pub struct Block {
    /// Which way.
    pub direction: Direction,
    /// Stride and padding.
    pub geometry: Geometry,
    /// [deep, 4, 4, wide].
    pub weight: Tensor,
    /// Added to the convolution, one a channel of the output. The paper's networks have none; others' may.
    pub bias: Option<Tensor>,
    /// Over the channels of the output.
    pub norm: Option<BatchNorm>,
    /// At the end.
    pub activation: Activation,
}

/// What the backward pass needs of one block's forward pass.
#[derive(Clone, Debug)]
pub struct BlockPassed {
    /// As the convolution took it.
    pub(super) input: Tensor,
    normalised: Option<Normalised>,
    pub(super) output: Tensor,
}

/// Gradients of a block's parameters, in the order of [`Block::parameters`].
pub type BlockGrads = Vec<Tensor>;

impl Block {
    /// Inference, [b, h, w, c] → [b, h', w', c'].
    pub fn infer(&self, x: &Tensor) -> Result<Tensor> {
        let convolved = self.biased(self.convolve(x, &self.weight)?)?;
        match &self.norm {
            Some(norm) => norm.infer(&convolved, self.activation),
            None => self.activation.forward(&convolved),
        }
    }

    /// Sets the running statistics to those of the features of `x`. [b, h, w, c] → [b, h', w', c'].
    pub fn calibrate(&mut self, x: &Tensor) -> Result<Tensor> {
        let convolved = self.biased(self.convolve(x, &self.weight)?)?;
        match &mut self.norm {
            Some(norm) => norm.calibrate(&convolved, self.activation),
            None => self.activation.forward(&convolved),
        }
    }

    /// Training, [b, h, w, c] → [b, h', w', c'], with what [`Block::backward`] needs.
    pub fn forward(&mut self, x: &Tensor, precision: Precision) -> Result<BlockPassed> {
        let input = precision.narrow(x)?;
        let weight = precision.narrow(&self.weight)?;
        let convolved = self.convolve(&input, &weight)?.to_dtype(x.dtype())?;
        let convolved = self.biased(convolved)?;
        let normalised = match &mut self.norm {
            Some(norm) => Some(norm.forward(&convolved, self.activation)?),
            None => None,
        };
        let output = match &normalised {
            Some(normalised) => normalised.output.clone(),
            None => self.activation.forward(&convolved)?,
        };
        Ok(BlockPassed {
            input,
            normalised,
            output,
        })
    }

    /// From the gradient of the output: that of the input and those of the parameters, each only
    /// where `want` asks for it (input, parameters).
    pub fn backward(
        &self,
        passed: &BlockPassed,
        grad: &Tensor,
        want: (bool, bool),
        precision: Precision,
    ) -> Result<(Option<Tensor>, BlockGrads)> {
        let (want_input, want_parameters) = want;
        let mut of_norm = Vec::new();
        let grad = match (&self.norm, &passed.normalised) {
            (Some(norm), Some(normalised)) => {
                let (grad, gain, shift) = norm.backward(normalised, grad, self.activation)?;
                of_norm = vec![gain, shift];
                grad
            }
            _ => self.activation.backward(&passed.output, grad)?,
        };
        let of_bias = match &self.bias {
            Some(_) if want_parameters => Some(grad.sum((0, 1, 2))?), // [c]
            _ => None,
        };
        let (dtype, grad) = (grad.dtype(), precision.narrow(&grad)?);
        let mut grads = Vec::new();
        if want_parameters {
            let of_weight = match self.direction {
                Direction::Down => conv::weight_grad(&passed.input, &grad, self.geometry)?,
                Direction::Up => conv::weight_grad(&grad, &passed.input, self.geometry)?,
            };
            grads.push(of_weight.to_dtype(dtype)?);
            grads.extend(of_bias);
            grads.append(&mut of_norm);
        }
        if !want_input {
            return Ok((None, grads));
        }
        let weight = precision.narrow(&self.weight)?;
        let of_input = match self.direction {
            Direction::Down => conv::up(&grad, &weight, self.geometry)?,
            Direction::Up => conv::down(&grad, &weight, self.geometry)?,
        };
        Ok((Some(of_input.to_dtype(dtype)?), grads))
    }

    pub(super) fn convolve(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        match self.direction {
            Direction::Down => conv::down(x, weight, self.geometry),
            Direction::Up => conv::up(x, weight, self.geometry),
        }
    }

    fn biased(&self, convolved: Tensor) -> Result<Tensor> {
        match &self.bias {
            Some(bias) => convolved.broadcast_add(bias),
            None => Ok(convolved),
        }
    }

    /// Everything that is learnt.
    pub fn parameters(&self) -> Vec<&Tensor> {
        let norm = self.norm.iter().flat_map(BatchNorm::parameters);
        let convolution = std::iter::once(&self.weight).chain(&self.bias);
        convolution.chain(norm).collect()
    }

    /// Everything that is learnt, to be replaced.
    pub fn parameters_mut(&mut self) -> Vec<&mut Tensor> {
        let mut all = vec![&mut self.weight];
        all.extend(&mut self.bias);
        if let Some(norm) = &mut self.norm {
            all.extend([&mut norm.gain, &mut norm.shift]);
        }
        all
    }

    /// The same block on `device`.
    pub fn to_device(&self, device: &Device) -> Result<Self> {
        let norm = self.norm.as_ref().map(|norm| norm.to_device(device));
        let bias = self.bias.as_ref().map(|bias| bias.to_device(device));
        Ok(Self {
            weight: self.weight.to_device(device)?,
            bias: bias.transpose()?,
            norm: norm.transpose()?,
            ..self.clone()
        })
    }
}
