//! What follows a convolution.

use candle_core::Tensor;

use super::device::backend_of;
use super::{Activation, Result};

impl Activation {
    /// Any shape in, the same shape out.
    pub fn forward(self, x: &Tensor) -> Result<Tensor> {
        backend_of(x).activate(x, self)
    }

    /// The gradient of the input, from the output `y` and its gradient. Every activation here can
    /// be undone from its output, so that the input need not be kept.
    pub fn backward(self, y: &Tensor, grad: &Tensor) -> Result<Tensor> {
        backend_of(y).activate_backward(y, grad, self)
    }
}
