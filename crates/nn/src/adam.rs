//! Adam (Kingma and Ba 2015), as PyTorch's `optim.Adam` without weight decay.

use candle_core::Tensor;

use super::backend::Path;
#[cfg(feature = "cudnn")]
use super::cuda;
use super::types::Update;
use super::{Result, cpu, host};

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
        for ((parameter, grad), moments) in parameters.into_iter().zip(grads).zip(&mut self.moments)
        {
            let update = Update {
                rate: self.rate,
                beta1: self.beta1,
                beta2: self.beta2,
                epsilon: self.epsilon,
                step: self.step,
            };
            match Path::of(parameter) {
                Path::Host => update.fast(parameter, grad, moments)?,
                #[cfg(feature = "cudnn")]
                Path::Cuda => update.cuda(parameter, grad, moments)?,
                _ => update.portable(parameter, grad, moments)?,
            }
        }
        Ok(())
    }
}

impl Update {
    fn fast(
        self,
        parameter: &mut Tensor,
        grad: &Tensor,
        moments: &mut (Tensor, Tensor),
    ) -> Result<()> {
        let adam = cpu::Adam {
            rate: self.rate,
            beta1: self.beta1,
            beta2: self.beta2,
            eps: self.epsilon,
        };
        let copies = |all: [&[f32]; 3]| all.map(<[f32]>::to_vec);
        let [mut p, mut m, mut v] =
            host::with_slices([&*parameter, &moments.0, &moments.1], copies)?;
        host::with_slices([grad], |[grad]| {
            adam.step(&mut p, grad, &mut m, &mut v, self.step)
        })?;
        let tensor = |numbers| Tensor::from_vec(numbers, grad.shape(), grad.device());
        *parameter = tensor(p)?;
        *moments = (tensor(m)?, tensor(v)?);
        Ok(())
    }

    #[cfg(feature = "cudnn")]
    fn cuda(
        self,
        parameter: &mut Tensor,
        grad: &Tensor,
        moments: &mut (Tensor, Tensor),
    ) -> Result<()> {
        let [p, m, v] = cuda::adam(parameter, grad, (&moments.0, &moments.1), self)?;
        *parameter = p;
        *moments = (m, v);
        Ok(())
    }

    pub(super) fn portable(
        self,
        parameter: &mut Tensor,
        grad: &Tensor,
        (m, v): &mut (Tensor, Tensor),
    ) -> Result<()> {
        let (rate, root) = self.corrected();
        *m = ((&*m * self.beta1)? + (grad * (1.0 - self.beta1))?)?;
        *v = ((&*v * self.beta2)? + (grad.sqr()? * (1.0 - self.beta2))?)?;
        let deviation = ((v.sqrt()? / root)? + self.epsilon)?;
        *parameter = (&*parameter - ((&*m * rate)? / deviation)?)?;
        Ok(())
    }
}
