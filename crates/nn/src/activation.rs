//! What follows a convolution.

use candle_core::Tensor;

use super::backend::Path;
#[cfg(feature = "cudnn")]
use super::cuda;
use super::{Activation, Result, cpu, host, portable};

impl Activation {
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
