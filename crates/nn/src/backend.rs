//! What a device may compute in a way of its own.

use candle_core::Tensor;

use super::shape::ConvShape;
use super::types::{Activation, BatchNorm, Change, Normalised, Update};
use super::{Result, portable};

/// The kernels under the layers. Each has a portable form, which a backend uses for what it does not do faster.
pub trait Backend: Sync {
    /// `wide` [b, 2h, 2w, ci], `weight` [co, 4, 4, ci] → [b, h, w, co]; see [`super::conv::down`].
    fn down(&self, wide: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        portable::down(wide, weight, shape.geometry)
    }

    /// `deep` [b, h, w, co], `weight` [co, 4, 4, ci] → [b, 2h, 2w, ci]; see [`super::conv::up`].
    fn up(&self, deep: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        portable::up(deep, weight, shape.geometry)
    }

    /// `wide` [b, 2h, 2w, ci], `deep` [b, h, w, co] → [co, 4, 4, ci]; see [`super::conv::weight_grad`].
    fn weight_grad(&self, wide: &Tensor, deep: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        portable::weight_grad(wide, deep, shape.geometry)
    }

    /// `x` [.., c] normalised with its own statistics, and what the running ones become: they take `momentum` of
    /// the new ones.
    fn batch_norm(
        &self,
        norm: &BatchNorm,
        x: &Tensor,
        activation: Activation,
        momentum: f64,
    ) -> Result<(Normalised, Running)> {
        portable::batch_norm(norm, x, activation, momentum)
    }

    /// `x` [.., c] normalised with the running statistics.
    fn batch_norm_infer(
        &self,
        norm: &BatchNorm,
        x: &Tensor,
        activation: Activation,
    ) -> Result<Tensor> {
        portable::batch_norm_infer(norm, x, activation)
    }

    /// Gradients of input [.., c], gain `[c]` and shift `[c]`.
    fn batch_norm_backward(
        &self,
        norm: &BatchNorm,
        passed: &Normalised,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        portable::batch_norm_backward(norm, passed, grad, activation)
    }

    /// Number by number.
    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        portable::activate(x, activation)
    }

    /// The gradient of the input, from the output `y` and its gradient.
    fn activate_backward(
        &self,
        y: &Tensor,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<Tensor> {
        portable::activate_backward(y, grad, activation)
    }

    /// New parameter and moments, each of the shape of the old one.
    fn adam(
        &self,
        parameter: &Tensor,
        grad: &Tensor,
        moments: (&Tensor, &Tensor),
        update: Update,
    ) -> Result<[Tensor; 3]> {
        portable::adam(parameter, grad, moments, update)
    }

    /// Each picture of `x` [b, h, w, c] with its change.
    fn augment(&self, x: &Tensor, changes: &[Change]) -> Result<Tensor> {
        portable::augment(x, changes)
    }

    /// The gradient [b, h, w, c] of the pictures from that of the changed ones.
    fn augment_backward(&self, grad: &Tensor, changes: &[Change]) -> Result<Tensor> {
        portable::augment_backward(grad, changes)
    }

    /// Σ x².
    fn sum_of_squares(&self, x: &Tensor) -> Result<f64> {
        portable::sum_of_squares(x)
    }

    /// Units of `features` [b, ..] that are not above zero for any of the b pictures.
    fn count_never_on(&self, features: &Tensor) -> Result<f64> {
        portable::count_never_on(features)
    }

    /// Numbers below zero.
    fn count_negative(&self, x: &Tensor) -> Result<f64> {
        portable::count_negative(x)
    }
}

/// Running mean and unbiased variance, each `[c]`.
pub type Running = (Tensor, Tensor);

/// candle's operations alone: every device, every kind of number.
pub struct Portable;

impl Backend for Portable {}
