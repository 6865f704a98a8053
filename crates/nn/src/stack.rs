//! A chain of blocks: a whole network.

use candle_core::{Device, Module, Tensor};

use super::block::BlockPassed;
use super::{Block, Precision, Result};

/// Blocks one after the other. Tensors are replaced, never changed in place: a clone is a snapshot
/// that costs nothing.
#[derive(Clone, Debug)]
pub struct Stack {
    /// In the order of the data.
    pub blocks: Vec<Block>,
    /// Of the convolutions of [`Stack::forward_train`] and [`Stack::backward`].
    pub precision: Precision,
}

/// A forward pass, kept for the backward one.
#[derive(Clone, Debug)]
pub struct Passed {
    pub(super) blocks: Vec<BlockPassed>,
    /// Of the last block, [b, h, w, c].
    pub output: Tensor,
}

/// What a backward pass gives.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// Of the input, if asked for.
    pub input: Option<Tensor>,
    /// Of the parameters, in the order of [`Stack::parameters`]; empty if not asked for.
    pub parameters: Vec<Tensor>,
}

impl Passed {
    /// What each block gave, [b, h, w, c], in the order of the data.
    pub fn outputs(&self) -> impl Iterator<Item = &Tensor> {
        self.blocks.iter().map(|block| &block.output)
    }
}

impl Stack {
    /// These blocks, training in f32.
    pub fn new(blocks: Vec<Block>) -> Self {
        Self {
            blocks,
            precision: Precision::F32,
        }
    }

    /// Inference with the running statistics of batch norm.
    pub fn infer(&self, x: &Tensor) -> Result<Tensor> {
        let mut x = x.clone();
        for block in &self.blocks {
            x = block.infer(&x)?;
        }
        Ok(x)
    }

    /// Replaces the running statistics of every batch norm by those of the features of `x` alone: for
    /// weights that were never trained with the running ones, such as an average of weights.
    pub fn calibrate(&mut self, x: &Tensor) -> Result<()> {
        let mut x = x.clone();
        for block in &mut self.blocks {
            x = block.calibrate(&x)?;
        }
        Ok(())
    }

    /// Training, with the statistics of this batch.
    pub fn forward_train(&mut self, x: &Tensor) -> Result<Passed> {
        let mut output = x.clone();
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for block in &mut self.blocks {
            let passed = block.forward(&output, self.precision)?;
            output = passed.output.clone();
            blocks.push(passed);
        }
        Ok(Passed { blocks, output })
    }

    /// Gradients of the input and of the parameters from that of the output, each only where
    /// `want` asks for it (input, parameters). Uses up the pass, so that memory falls as it goes.
    pub fn backward(&self, passed: Passed, grad: &Tensor, want: (bool, bool)) -> Result<Gradients> {
        let (want_input, want_parameters) = want;
        let mut grad = Some(grad.clone());
        let mut parameters = Vec::new();
        let blocks = self.blocks.iter().zip(passed.blocks).enumerate().rev();
        for (index, (block, passed)) in blocks {
            let Some(of_output) = grad.take() else { break };
            let needs_input = want_input || index > 0;
            let (of_input, of_block) = block.backward(
                &passed,
                &of_output,
                (needs_input, want_parameters),
                self.precision,
            )?;
            grad = of_input;
            // Blocks come last to first, parameters within a block first to last.
            parameters.extend(of_block.into_iter().rev());
        }
        parameters.reverse();
        Ok(Gradients {
            input: grad,
            parameters,
        })
    }

    /// Everything that is learnt.
    pub fn parameters(&self) -> Vec<&Tensor> {
        self.blocks.iter().flat_map(Block::parameters).collect()
    }

    /// Everything that is learnt, to be replaced.
    pub fn parameters_mut(&mut self) -> Vec<&mut Tensor> {
        self.blocks
            .iter_mut()
            .flat_map(Block::parameters_mut)
            .collect()
    }

    /// Numbers that are learnt.
    pub fn parameter_count(&self) -> usize {
        self.parameters().iter().map(|p| p.elem_count()).sum()
    }

    /// The same network on `device`.
    pub fn to_device(&self, device: &Device) -> Result<Self> {
        let blocks = self.blocks.iter().map(|block| block.to_device(device));
        Ok(Self {
            blocks: blocks.collect::<Result<_>>()?,
            precision: self.precision,
        })
    }
}

/// Inference.
impl Module for Stack {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.infer(x)
    }
}
