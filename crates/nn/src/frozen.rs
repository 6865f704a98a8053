//! A network that stays as it is: inference with derivatives with respect to its input.

use candle_core::Tensor;

use super::{Direction, Result, Stack, conv};

/// A network with the running statistics of batch norm, which are constants here: each block is
/// convolution, scale and shift, activation. For searches in the latent space, where the weights stand
/// still and the input moves.
#[derive(Clone, Debug)]
pub struct Frozen {
    stack: Stack,
    /// Each block's weight times the scale of its batch norm: all that derivatives see of it.
    scaled: Vec<Tensor>,
}

impl Frozen {
    /// Of a network as it is now.
    pub fn new(stack: &Stack) -> Result<Self> {
        let scaled = stack.blocks.iter().map(|block| {
            let Some(norm) = &block.norm else {
                return Ok(block.weight.clone());
            };
            let scale = norm.running_scale()?; // [channels of the output]
            let scale = match block.direction {
                Direction::Up => scale,
                Direction::Down => scale.reshape(((), 1, 1, 1))?,
            };
            block.weight.broadcast_mul(&scale) // [deep, 4, 4, wide]
        });
        Ok(Self {
            scaled: scaled.collect::<Result<_>>()?,
            stack: stack.clone(),
        })
    }

    /// The network.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Output of each block for `x` [b, h, w, c]; the last one is what [`Stack::infer`] gives.
    pub fn forward(&self, x: &Tensor) -> Result<Vec<Tensor>> {
        let mut outputs: Vec<Tensor> = Vec::with_capacity(self.stack.blocks.len());
        for block in &self.stack.blocks {
            let output = block.infer(outputs.last().unwrap_or(x))?;
            outputs.push(output);
        }
        Ok(outputs)
    }

    /// Gradient of the input from those of the blocks' outputs, of which any may be absent; `None`
    /// where all are. `outputs` are those of [`Frozen::forward`], of the same batch or of one input for all
    /// gradients.
    pub fn backward(&self, outputs: &[Tensor], grads: &[Option<Tensor>]) -> Result<Option<Tensor>> {
        let mut flowing: Option<Tensor> = None;
        let blocks = self.stack.blocks.iter().zip(&self.scaled);
        let rows = blocks.zip(outputs).enumerate().rev();
        for (index, ((block, weight), output)) in rows {
            let own = grads.get(index).and_then(Option::as_ref);
            let grad = match (flowing.take(), own) {
                (Some(flowing), Some(own)) => (flowing + own)?,
                (Some(one), None) => one,
                (None, Some(one)) => one.clone(),
                (None, None) => continue,
            };
            let grad = block.activation.backward(output, &grad)?;
            flowing = Some(match block.direction {
                Direction::Up => conv::down(&grad, weight, block.geometry)?,
                Direction::Down => conv::up(&grad, weight, block.geometry)?,
            });
        }
        Ok(flowing)
    }

    /// How each block's output moves as the input moves along each of k `ways` [k, h, w, c] at one
    /// point, whose `outputs` [1, ..] are those of [`Frozen::forward`]: forward-mode derivatives, k
    /// columns of the Jacobian at the cost of k inferences.
    pub fn tangents(&self, outputs: &[Tensor], ways: &Tensor) -> Result<Vec<Tensor>> {
        let mut moved: Vec<Tensor> = Vec::with_capacity(outputs.len());
        let blocks = self.stack.blocks.iter().zip(&self.scaled);
        for ((block, weight), output) in blocks.zip(outputs) {
            let way = moved.last().unwrap_or(ways);
            let way = match block.direction {
                Direction::Up => conv::up(way, weight, block.geometry)?,
                Direction::Down => conv::down(way, weight, block.geometry)?,
            };
            // An activation works number by number: its derivative is the same both ways.
            moved.push(block.activation.backward(output, &way)?);
        }
        Ok(moved)
    }
}
