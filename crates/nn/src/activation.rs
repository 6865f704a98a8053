//! What follows a convolution.

use candle_core::Tensor;

use super::backend::Path;
#[cfg(feature = "cudnn")]
use super::cuda;
use super::{Result, cpu, host, portable};

/// A function applied to each number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// x: logits.
    Linear,
    /// max(x, 0).
    Relu,
    /// x where positive, `slope · x` elsewhere; 0 < slope < 1.
    LeakyRelu(f64),
    /// tanh x: pictures in −1..1.
    Tanh,
}

impl Activation {
    /// The slope left of zero of the piecewise linear ones.
    pub fn slope(self) -> Option<f64> {
        match self {
            Self::Linear => Some(1.0),
            Self::Relu => Some(0.0),
            Self::LeakyRelu(slope) => Some(slope),
            Self::Tanh => None,
        }
    }

    /// As the fused batch norm knows it; tanh never follows one.
    pub(super) fn piecewise(self) -> Option<cpu::Activation> {
        match self {
            Self::Linear => Some(cpu::Activation::Identity),
            Self::Relu => Some(cpu::Activation::Relu),
            Self::LeakyRelu(slope) => Some(cpu::Activation::LeakyRelu(slope as f32)),
            Self::Tanh => None,
        }
    }

    /// Any shape in, the same shape out.
    ///
    /// # Errors
    /// candle's.
    pub fn forward(self, x: &Tensor) -> Result<Tensor> {
        match Path::of(x) {
            Path::Host if self != Self::Linear => {}
            #[cfg(feature = "cudnn")]
            Path::Cuda if self != Self::Linear => return cuda::activate(x, self),
            _ => return portable::activate(x, self),
        }
        host::filled(x.shape(), |y| {
            host::with_slices([x], |[x]| match self.slope() {
                Some(slope) => cpu::leaky_relu(x, slope as f32, y),
                None => cpu::tanh(x, y),
            })
        })
    }

    /// The gradient of the input, from the output `y` and its gradient. Every activation here can
    /// be undone from its output, so that the input need not be kept.
    ///
    /// # Errors
    /// candle's.
    pub fn backward(self, y: &Tensor, grad: &Tensor) -> Result<Tensor> {
        match Path::of(y) {
            Path::Host if self != Self::Linear => {}
            #[cfg(feature = "cudnn")]
            Path::Cuda if self != Self::Linear => return cuda::activate_backward(y, grad, self),
            _ => return portable::activate_backward(y, grad, self),
        }
        host::filled(y.shape(), |of_input| {
            host::with_slices([y, grad], |[y, grad]| match self.slope() {
                Some(slope) => cpu::leaky_relu_backward(y, grad, slope as f32, of_input),
                None => cpu::tanh_backward(y, grad, of_input),
            })
        })
    }
}
