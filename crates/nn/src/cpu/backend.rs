//! The layers of this folder on candle's tensors.

use candle_core::{Device, Tensor};

use super::batch_norm::{Saved, batch_norm, batch_norm_backward};
use super::statistics::Statistics;
use super::{activation, adam, augment, conv, health};
use crate::backend::{Backend, Running};
use crate::host::{filled, with_slices};
use crate::shape::ConvShape;
use crate::types::{Activation, BatchNorm, Change, Normalised, Update};
use crate::{Result, portable};

/// f32 in main memory.
pub struct Cpu;

const EPSILON: f32 = BatchNorm::EPSILON as f32;

impl Backend for Cpu {
    fn down(&self, wide: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        filled((shape.batch, shape.h, shape.w, shape.co), |deep| {
            with_slices([wide, weight], |[wide, weight]| {
                conv::down(wide, weight, deep, shape)
            })
        })
    }

    fn up(&self, deep: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        let (height, width) = shape.wide();
        filled((shape.batch, height, width, shape.ci), |wide| {
            with_slices([deep, weight], |[deep, weight]| {
                conv::up(deep, weight, wide, shape)
            })
        })
    }

    fn weight_grad(&self, wide: &Tensor, deep: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        filled((shape.co, 4, 4, shape.ci), |grad| {
            with_slices([wide, deep], |[wide, deep]| {
                conv::weight_grad(wide, deep, grad, shape)
            })
        })
    }

    fn batch_norm(
        &self,
        norm: &BatchNorm,
        x: &Tensor,
        activation: Activation,
        momentum: f64,
    ) -> Result<(Normalised, Running)> {
        let Some(slope) = activation.slope() else {
            return portable::batch_norm(norm, x, activation, momentum);
        };
        let channels = norm.gain.elem_count();
        let of_batch = |[x]: [&[f32]; 1]| Statistics::of_batch(x, channels, EPSILON);
        let statistics = with_slices([x], of_batch)?;
        let output = normalised(norm, x, &statistics, slope)?; // [.., c]
        let [mean, variance, inv_std] = [statistics.mean, statistics.variance, statistics.inv_std]
            .map(|numbers| Tensor::from_vec(numbers, channels, &Device::Cpu));
        let (mean, variance, inv_std) = (mean?, variance?, inv_std?);
        let rows = (x.elem_count() / channels) as f64;
        let running = norm.tracked((&mean, &variance), rows, momentum)?;
        let normalised = Normalised {
            input: x.clone(),
            mean,
            inv_std,
            output,
        };
        Ok((normalised, running))
    }

    fn batch_norm_infer(
        &self,
        norm: &BatchNorm,
        x: &Tensor,
        activation: Activation,
    ) -> Result<Tensor> {
        let Some(slope) = activation.slope() else {
            return portable::batch_norm_infer(norm, x, activation);
        };
        let (mean, variance) = (norm.running_mean.to_vec1()?, norm.running_var.to_vec1()?);
        let running = Statistics::from_running(mean, variance, EPSILON);
        normalised(norm, x, &running, slope)
    }

    fn batch_norm_backward(
        &self,
        norm: &BatchNorm,
        passed: &Normalised,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        let Some(slope) = activation.slope() else {
            return portable::batch_norm_backward(norm, passed, grad, activation);
        };
        let channels = norm.gain.elem_count();
        let statistics = Statistics {
            mean: passed.mean.to_vec1()?,
            variance: Vec::new(),
            inv_std: passed.inv_std.to_vec1()?,
        };
        let (mut of_gain, mut of_shift) = (vec![0.0; channels], vec![0.0; channels]);
        let of_input = filled(grad.shape(), |of_input| {
            let tensors = [&passed.input, &norm.gain, &norm.shift, grad];
            with_slices(tensors, |[x, gamma, beta, grad]| {
                let saved = Saved {
                    x,
                    statistics: &statistics,
                    gamma,
                    beta,
                    slope: slope as f32,
                };
                batch_norm_backward(&saved, grad, of_input, &mut of_gain, &mut of_shift);
            })
        })?;
        let tensor = |numbers| Tensor::from_vec(numbers, channels, &Device::Cpu);
        Ok((of_input, tensor(of_gain)?, tensor(of_shift)?))
    }

    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        if activation == Activation::Linear {
            return Ok(x.clone());
        }
        filled(x.shape(), |y| {
            with_slices([x], |[x]| match activation.slope() {
                Some(slope) => activation::leaky_relu(x, slope as f32, y),
                None => activation::tanh(x, y),
            })
        })
    }

    fn activate_backward(
        &self,
        y: &Tensor,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<Tensor> {
        if activation == Activation::Linear {
            return Ok(grad.clone());
        }
        filled(grad.shape(), |of_input| {
            with_slices([y, grad], |[y, grad]| {
                // One output may be that of several gradients.
                let length = y.len().max(1);
                let pairs = grad.chunks(length).zip(of_input.chunks_mut(length));
                pairs.for_each(|(grad, of_input)| match activation.slope() {
                    Some(slope) => activation::leaky_relu_backward(y, grad, slope as f32, of_input),
                    None => activation::tanh_backward(y, grad, of_input),
                });
            })
        })
    }

    fn adam(
        &self,
        parameter: &Tensor,
        grad: &Tensor,
        (m, v): (&Tensor, &Tensor),
        update: Update,
    ) -> Result<[Tensor; 3]> {
        let copies = |all: [&[f32]; 3]| all.map(<[f32]>::to_vec);
        let [mut p, mut m, mut v] = with_slices([parameter, m, v], copies)?;
        with_slices([grad], |[grad]| {
            adam::step(update, &mut p, grad, &mut m, &mut v)
        })?;
        let tensor = |numbers| Tensor::from_vec(numbers, grad.shape(), &Device::Cpu);
        Ok([tensor(p)?, tensor(m)?, tensor(v)?])
    }

    fn augment(&self, x: &Tensor, changes: &[Change]) -> Result<Tensor> {
        let (_, height, width, channels) = x.dims4()?;
        filled(x.shape(), |y| {
            with_slices([x], |[x]| {
                augment::augment(x, y, changes, (height, width, channels))
            })
        })
    }

    fn augment_backward(&self, grad: &Tensor, changes: &[Change]) -> Result<Tensor> {
        let (_, height, width, channels) = grad.dims4()?;
        filled(grad.shape(), |of_input| {
            with_slices([grad], |[grad]| {
                augment::augment_backward(grad, of_input, changes, (height, width, channels))
            })
        })
    }

    fn sum_of_squares(&self, x: &Tensor) -> Result<f64> {
        with_slices([x], |[x]| health::sum_of_squares(x))
    }

    fn count_never_on(&self, features: &Tensor) -> Result<f64> {
        let units = features.elem_count() / features.dim(0)?.max(1);
        with_slices([features], |[x]| health::never_on(x, units) as f64)
    }

    fn count_negative(&self, x: &Tensor) -> Result<f64> {
        with_slices([x], |[x]| health::count_negative(x) as f64)
    }
}

fn normalised(norm: &BatchNorm, x: &Tensor, statistics: &Statistics, slope: f64) -> Result<Tensor> {
    filled(x.shape(), |y| {
        with_slices([x, &norm.gain, &norm.shift], |[x, gain, shift]| {
            batch_norm(x, statistics, gain, shift, slope as f32, y);
        })
    })
}
