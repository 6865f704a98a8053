//! Signs of how the networks do that losses do not show.

use candle_core::{Result, Tensor};
use morphogan_nn::{Activation, Passed, Stack, health};

pub(super) use morphogan_nn::health::norm;

/// Measured every so many steps, so that it costs less than one part in a hundred.
const EVERY: u64 = 5;

/// Measured at the first step and every fifth one after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Health {
    /// Euclidean norm of the gradient of all that G learns.
    pub grad_norm_g: f32,
    /// Euclidean norm of the gradient of all that D learns, on real plus on fake.
    pub grad_norm_d: f32,
    /// Share of G's ReLU units (one for each place of each feature map) that are zero for every fake of
    /// the batch, 0..1: they learn nothing from it.
    pub dead_g: f32,
    /// Share of D's LeakyReLU outputs on real pictures that are negative, 0..1.
    pub negative_d: f32,
    /// γ/2 · ‖∂D/∂x‖² on real and on fake pictures, where D has a gradient penalty.
    pub penalties: Option<[f32; 2]>,
}

/// Whether the step after `steps` steps is measured.
pub(super) fn is_due(steps: u64) -> bool {
    steps.is_multiple_of(EVERY)
}

/// [`Health::dead_g`] of a pass through `network`.
pub(super) fn dead(network: &Stack, passed: &Passed) -> Result<f64> {
    health::never_on(&outputs(network, passed, |activation| {
        activation == Activation::Relu
    }))
}

/// [`Health::negative_d`] of a pass through `network`.
pub(super) fn negative(network: &Stack, passed: &Passed) -> Result<f64> {
    health::negative(&outputs(network, passed, |activation| {
        matches!(activation, Activation::LeakyRelu(_))
    }))
}

/// Outputs of the blocks with such an activation, each [b, h, w, c].
fn outputs<'a>(
    network: &Stack,
    passed: &'a Passed,
    wanted: impl Fn(Activation) -> bool,
) -> Vec<&'a Tensor> {
    let pairs = network.blocks.iter().zip(passed.outputs());
    let wanted = pairs.filter(|(block, _)| wanted(block.activation));
    wanted.map(|(_, output)| output).collect()
}
