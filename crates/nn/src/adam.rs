//! Adam (Kingma and Ba 2015), as PyTorch's `optim.Adam` without weight decay.

use candle_core::Tensor;

use super::Result;
use super::device::backend_of;
use super::types::Update;

/// The optimiser's whole state in the open, so that a checkpoint can hold it.
#[derive(Clone, Debug)]
pub struct Adam {
    /// Learning rate, 0 < lr ≤ 1.
    pub rate: f64,
    /// Decay of the first moment, 0 ≤ β1 < 1.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
    /// Updates made.
    pub step: u64,
    /// First and second moment of each parameter, in the order of the parameters; empty before the
    /// first update.
    pub moments: Vec<(Tensor, Tensor)>,
}

impl Adam {
    /// No updates made yet; β2 0.999, ε 1e-8.
    pub fn new(rate: f64, beta1: f64) -> Self {
        Self {
            rate,
            beta1,
            beta2: 0.999,
            epsilon: 1e-8,
            step: 0,
            moments: Vec::new(),
        }
    }

    /// Moves each parameter against its gradient. Parameters are replaced, never changed in place,
    /// so that a clone of them is a snapshot that costs nothing.
    ///
    /// # Errors
    /// candle's; where the numbers of parameters and gradients differ.
    pub fn update(&mut self, parameters: Vec<&mut Tensor>, grads: &[Tensor]) -> Result<()> {
        if parameters.len() != grads.len() {
            let (p, g) = (parameters.len(), grads.len());
            candle_core::bail!("Adam: {p} parameters but {g} gradients");
        }
        if self.moments.is_empty() {
            for grad in grads {
                self.moments.push((grad.zeros_like()?, grad.zeros_like()?));
            }
        }
        self.step += 1;
        let update = Update {
            rate: self.rate,
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
            step: self.step,
        };
        for ((parameter, grad), moments) in parameters.into_iter().zip(grads).zip(&mut self.moments)
        {
            let backend = backend_of(parameter);
            let [p, m, v] = backend.adam(parameter, grad, (&moments.0, &moments.1), update)?;
            *parameter = p;
            *moments = (m, v);
        }
        Ok(())
    }
}
