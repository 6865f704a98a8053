//! What follows a convolution.

use candle_core::Tensor;

use super::{Result, portable};

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

    /// Any shape in, the same shape out.
    ///
    /// # Errors
    /// candle's.
    pub fn forward(self, x: &Tensor) -> Result<Tensor> {
        portable::activate(x, self)
    }

    /// The gradient of the input, from the output `y` and its gradient. Every activation here can
    /// be undone from its output, so that the input need not be kept.
    ///
    /// # Errors
    /// candle's.
    pub fn backward(self, y: &Tensor, grad: &Tensor) -> Result<Tensor> {
        portable::activate_backward(y, grad, self)
    }
}
