//! Batch norm with the activation behind it (Ioffe and Szegedy 2015; PyTorch's `BatchNorm2d`).

use candle_core::{DType, Device, Tensor};

use super::device::backend_of;
use super::types::Normalised;
use super::{Activation, BatchNorm, Result};

const MOMENTUM: f64 = 0.1;

impl BatchNorm {
    /// The given gain `[c]`, no shift, running statistics of N(0, 1).
    pub fn new(gain: Tensor) -> Result<Self> {
        let (count, device) = (gain.elem_count(), gain.device().clone());
        let zeros = || Tensor::zeros(count, DType::F32, &device);
        Ok(Self {
            shift: zeros()?,
            running_mean: zeros()?,
            running_var: Tensor::ones(count, DType::F32, &device)?,
            gain,
            batches: 0,
        })
    }

    /// Inference: running statistics. `x` [.., c] → [.., c].
    pub fn infer(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        backend_of(x).batch_norm_infer(self, x, activation)
    }

    /// Training: statistics of this batch, which also move the running ones. `x` [.., c].
    pub fn forward(&mut self, x: &Tensor, activation: Activation) -> Result<Normalised> {
        self.forward_tracked(x, activation, MOMENTUM)
    }

    /// Sets the running statistics to those of `x` [.., c] alone, and normalises it with them.
    pub fn calibrate(&mut self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        Ok(self.forward_tracked(x, activation, 1.0)?.output)
    }

    /// [`BatchNorm::forward`]; the running statistics take `momentum` of the new ones.
    fn forward_tracked(
        &mut self,
        x: &Tensor,
        activation: Activation,
        momentum: f64,
    ) -> Result<Normalised> {
        let (normalised, running) = backend_of(x).batch_norm(self, x, activation, momentum)?;
        (self.running_mean, self.running_var) = running;
        self.batches += 1;
        Ok(normalised)
    }

    /// Gradients of input `[.., c]`, gain `[c]` and shift `[c]`, from that of the output.
    pub fn backward(
        &self,
        passed: &Normalised,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        backend_of(grad).batch_norm_backward(self, passed, grad, activation)
    }

    /// What inference multiplies each channel with, `[c]`.
    pub fn running_scale(&self) -> Result<Tensor> {
        &self.gain * (&self.running_var + Self::EPSILON)?.sqrt()?.recip()?
    }

    /// The learnt tensors, in the order of [`super::BlockGrads`].
    pub fn parameters(&self) -> [&Tensor; 2] {
        [&self.gain, &self.shift]
    }

    /// All on `device`.
    pub fn to_device(&self, device: &Device) -> Result<Self> {
        Ok(Self {
            gain: self.gain.to_device(device)?,
            shift: self.shift.to_device(device)?,
            running_mean: self.running_mean.to_device(device)?,
            running_var: self.running_var.to_device(device)?,
            batches: self.batches,
        })
    }
}
