//! What follows a convolution.

use candle_core::Tensor;

use super::device::backend_of;
use super::{Activation, Result, host};

impl Activation {
    /// Any shape in, the same shape out.
    pub fn forward(self, x: &Tensor) -> Result<Tensor> {
        backend_of(x).activate(x, self)
    }

    /// The gradient of the input, from the output `y` and its gradient. Every activation here can
    /// be undone from its output, so that the input need not be kept. Where `y` has a batch of one it
    /// is that of every gradient.
    pub fn backward(self, y: &Tensor, grad: &Tensor) -> Result<Tensor> {
        // The processor's layers read it again for each.
        if y.dims() == grad.dims() || host::is_fast(y) {
            return backend_of(y).activate_backward(y, grad, self);
        }
        let y = y.broadcast_as(grad.shape())?.contiguous()?;
        backend_of(&y).activate_backward(&y, grad, self)
    }
}
