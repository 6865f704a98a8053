//! Batch norm with the activation behind it (Ioffe and Szegedy 2015; PyTorch's `BatchNorm2d`).

use candle_core::{DType, Device, Tensor};

use super::backend::Path;
#[cfg(feature = "cudnn")]
use super::cuda;
use super::types::Normalised;
use super::{Activation, BatchNorm, Result, cpu, host, portable};

pub(super) const EPSILON: f64 = 1e-5;
const MOMENTUM: f64 = 0.1;

impl BatchNorm {
    /// The given gain `[c]`, no shift, running statistics of N(0, 1).
    ///
    /// # Errors
    /// candle's.
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
    ///
    /// # Errors
    /// candle's.
    pub fn infer(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        if let Some(piecewise) = fast(x, activation) {
            let mean = self.running_mean.to_vec1()?;
            let variance = self.running_var.to_vec1()?;
            let running = cpu::Statistics::from_running(mean, variance, EPSILON as f32);
            return self.normalise_fast(x, &running, piecewise);
        }
        #[cfg(feature = "cudnn")]
        if let Some(slope) = on_cuda(x, activation) {
            return cuda::norm_infer(self, x, slope, EPSILON);
        }
        let inv_std = inverse_deviation(&self.running_var)?;
        let learnt = (&self.gain, &self.shift);
        portable::normalise(x, (&self.running_mean, &inv_std), learnt, activation)
    }

    /// Training: statistics of this batch, which also move the running ones. `x` [.., c].
    ///
    /// # Errors
    /// candle's.
    pub fn forward(&mut self, x: &Tensor, activation: Activation) -> Result<Normalised> {
        self.forward_tracked(x, activation, MOMENTUM)
    }

    /// Sets the running statistics to those of `x` [.., c] alone, and normalises it with them.
    ///
    /// # Errors
    /// candle's.
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
        #[cfg(feature = "cudnn")]
        if let Some(slope) = on_cuda(x, activation) {
            return self.forward_cuda(x, slope, momentum);
        }
        let (output, mean, variance, inv_std) = match fast(x, activation) {
            Some(piecewise) => self.forward_fast(x, piecewise)?,
            None => {
                let (mean, variance) = portable::moments(x)?;
                let inv_std = inverse_deviation(&variance)?;
                let learnt = (&self.gain, &self.shift);
                let output = portable::normalise(x, (&mean, &inv_std), learnt, activation)?;
                (output, mean, variance, inv_std)
            }
        };
        let rows = (x.elem_count() / mean.elem_count()) as f64;
        self.track((&mean, &variance), rows, momentum)?;
        Ok(Normalised {
            input: x.clone(),
            mean,
            inv_std,
            output,
        })
    }

    /// Output `[.., c]`, mean, biased variance and inverse deviation, each `[c]`.
    fn forward_fast(
        &self,
        x: &Tensor,
        activation: cpu::Activation,
    ) -> Result<(Tensor, Tensor, Tensor, Tensor)> {
        let channels = self.gain.elem_count();
        let of_batch = |[x]: [&[f32]; 1]| cpu::Statistics::of_batch(x, channels, EPSILON as f32);
        let statistics = host::with_slices([x], of_batch)?;
        let output = self.normalise_fast(x, &statistics, activation)?;
        let cpu::Statistics {
            mean,
            variance,
            inv_std,
        } = statistics;
        let tensor = |numbers| Tensor::from_vec(numbers, channels, x.device());
        Ok((output, tensor(mean)?, tensor(variance)?, tensor(inv_std)?))
    }

    #[cfg(feature = "cudnn")]
    fn forward_cuda(&mut self, x: &Tensor, slope: f64, momentum: f64) -> Result<Normalised> {
        let moved = cuda::norm_forward(self, x, slope, (EPSILON, momentum))?;
        (self.running_mean, self.running_var) = moved.running;
        self.batches += 1;
        Ok(Normalised {
            input: x.clone(),
            mean: moved.mean,
            inv_std: moved.inv_std,
            output: moved.output,
        })
    }

    fn normalise_fast(
        &self,
        x: &Tensor,
        statistics: &cpu::Statistics,
        activation: cpu::Activation,
    ) -> Result<Tensor> {
        host::filled(x.shape(), |y| {
            host::with_slices([x, &self.gain, &self.shift], |[x, gain, shift]| {
                cpu::batch_norm(x, statistics, gain, shift, activation, y);
            })
        })
    }

    /// Gradients of input `[.., c]`, gain `[c]` and shift `[c]`, from that of the output.
    ///
    /// # Errors
    /// candle's.
    pub fn backward(
        &self,
        passed: &Normalised,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        #[cfg(feature = "cudnn")]
        if let Some(slope) = on_cuda(grad, activation) {
            let saved = (&passed.input, &passed.mean, &passed.inv_std);
            return cuda::norm_backward(self, saved, grad, slope);
        }
        match fast(grad, activation) {
            Some(piecewise) => self.backward_fast(passed, grad, piecewise),
            None => portable::normalise_backward(passed, &self.gain, grad, activation),
        }
    }

    fn backward_fast(
        &self,
        passed: &Normalised,
        grad: &Tensor,
        activation: cpu::Activation,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        let channels = self.gain.elem_count();
        let statistics = cpu::Statistics {
            mean: passed.mean.to_vec1()?,
            variance: Vec::new(),
            inv_std: passed.inv_std.to_vec1()?,
        };
        let (mut of_gain, mut of_shift) = (vec![0.0; channels], vec![0.0; channels]);
        let of_input = host::filled(grad.shape(), |of_input| {
            let tensors = [&passed.input, &self.gain, &self.shift, grad];
            host::with_slices(tensors, |[x, gamma, beta, grad]| {
                let statistics = &statistics;
                let saved = cpu::Saved {
                    x,
                    statistics,
                    gamma,
                    beta,
                    activation,
                };
                cpu::batch_norm_backward(&saved, grad, of_input, &mut of_gain, &mut of_shift);
            })
        })?;
        let tensor = |numbers| Tensor::from_vec(numbers, channels, grad.device());
        Ok((of_input, tensor(of_gain)?, tensor(of_shift)?))
    }

    fn track(
        &mut self,
        (mean, variance): (&Tensor, &Tensor),
        rows: f64,
        momentum: f64,
    ) -> Result<()> {
        // PyTorch normalises with the biased variance and remembers the unbiased one.
        let unbiased = rows / (rows - 1.0).max(1.0);
        let blend = |old: &Tensor, new: &Tensor, scale: f64| {
            (old * (1.0 - momentum))? + (new * (momentum * scale))?
        };
        self.running_mean = blend(&self.running_mean, mean, 1.0)?;
        self.running_var = blend(&self.running_var, variance, unbiased)?;
        self.batches += 1;
        Ok(())
    }

    /// What inference multiplies each channel with, `[c]`.
    ///
    /// # Errors
    /// candle's.
    pub fn running_scale(&self) -> Result<Tensor> {
        &self.gain * inverse_deviation(&self.running_var)?
    }

    /// The learnt tensors, in the order of [`super::BlockGrads`].
    pub fn parameters(&self) -> [&Tensor; 2] {
        [&self.gain, &self.shift]
    }

    /// All on `device`.
    ///
    /// # Errors
    /// candle's.
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

/// The slope left of zero, where [`cuda`] can take `x`.
#[cfg(feature = "cudnn")]
fn on_cuda(x: &Tensor, activation: Activation) -> Option<f64> {
    activation.slope().filter(|_| Path::of(x) == Path::Cuda)
}

/// The activation's name in [`cpu`], where that can take `x`.
fn fast(x: &Tensor, activation: Activation) -> Option<cpu::Activation> {
    activation.piecewise().filter(|_| Path::of(x) == Path::Host)
}

fn inverse_deviation(variance: &Tensor) -> Result<Tensor> {
    (variance + EPSILON)?.sqrt()?.recip()
}
