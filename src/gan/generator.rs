//! What draws the faces, whoever made it.

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};
use morphogan_nn::Stack;

use super::layers::{self, Layer, Layers};

/// A generator: the chain that training knows, or layers of another kind, for inference.
#[derive(Clone, Debug)]
pub enum Generator {
    Chain(Stack),
    Layers(Arc<Layers>),
}

impl From<Stack> for Generator {
    fn from(stack: Stack) -> Self {
        Self::Chain(stack)
    }
}

impl Generator {
    /// The chain, which can be trained, searched and laid out for single faces; `None` where it is another network.
    pub fn chain(&self) -> Option<&Stack> {
        match self {
            Self::Chain(stack) => Some(stack),
            Self::Layers(_) => None,
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Chain(stack) => stack.blocks.is_empty(),
            Self::Layers(layers) => layers.layers().is_empty(),
        }
    }

    /// [b, 1, 1, latent] → [b, h, w, c] in −1..1.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn infer(&self, z: &Tensor) -> Result<Tensor> {
        match self {
            Self::Chain(stack) => stack.infer(z),
            Self::Layers(layers) => layers.infer(z),
        }
    }

    /// The layers in PyTorch's order.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn layers(&self) -> Result<Vec<Layer>> {
        match self {
            Self::Chain(stack) => layers::from_stack(stack),
            Self::Layers(layers) => Ok(layers.layers().to_vec()),
        }
    }

    /// Where its weights are.
    pub fn device(&self) -> Device {
        match self {
            Self::Chain(stack) => {
                let first = stack.blocks.first();
                first.map_or(Device::Cpu, |block| block.weight.device().clone())
            }
            Self::Layers(layers) => layers.device(),
        }
    }

    /// Numbers that are learnt.
    pub fn parameter_count(&self) -> usize {
        match self {
            Self::Chain(stack) => stack.parameter_count(),
            Self::Layers(layers) => layers.parameter_count(),
        }
    }

    /// The first layer's weight as a matrix [latent, outputs]; `None` from a network without layers.
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn first_matrix(&self) -> Result<Option<Tensor>> {
        match self {
            Self::Chain(stack) => {
                let first = stack.blocks.first();
                first.map(|block| block.weight.flatten_from(1)).transpose()
            }
            Self::Layers(layers) => layers.first_matrix().map(Some),
        }
    }

    /// What the first layer gives behind its norm and activation, [b, 1, 1, latent] → [b, outputs].
    ///
    /// # Errors
    /// candle's, for a device that fails.
    pub fn first_features(&self, z: &Tensor) -> Result<Tensor> {
        let features = match self {
            Self::Chain(stack) => match stack.blocks.first() {
                Some(block) => block.infer(z)?,
                None => z.clone(),
            },
            Self::Layers(layers) => layers.run(z, layers.first_bend())?,
        };
        features.flatten_from(1)
    }
}
