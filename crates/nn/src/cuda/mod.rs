//! The fast layers on CUDA devices, for f32 (convolutions for bfloat16 too) in channels-last pictures
//! [batch, height, width, channels]: cuDNN's convolutions and our own kernels between them.
//!
//! The machines that build and test this program have no GPU (it was seen to work on an H200). So nothing here is used before
//! [`crate::self_check`] has found on the device at hand that it agrees with the portable ones.

mod conv;
mod cudnn;
mod descriptor;
mod memory;
mod pointwise;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use candle_core::cuda_backend::cudarc::driver::{result, sys};
use candle_core::{Device, Tensor};

use super::backend::{Backend, Running};
use super::shape::ConvShape;
use super::types::{Activation, BatchNorm, Normalised, Update};
use super::{Geometry, Result, portable};

/// cuDNN and our own kernels.
pub struct Cuda;

impl Backend for Cuda {
    fn down(&self, wide: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        conv::down(wide, weight, shape)
    }

    fn up(&self, deep: &Tensor, weight: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        conv::up(deep, weight, shape)
    }

    fn weight_grad(&self, wide: &Tensor, deep: &Tensor, shape: &ConvShape) -> Result<Tensor> {
        conv::weight_grad(wide, deep, shape)
    }

    fn batch_norm(
        &self,
        norm: &BatchNorm,
        x: &Tensor,
        activation: Activation,
        momentum: f64,
    ) -> Result<(Normalised, Running)> {
        match activation.slope() {
            Some(slope) => pointwise::batch_norm(norm, x, slope, momentum),
            None => portable::batch_norm(norm, x, activation, momentum),
        }
    }

    fn batch_norm_infer(
        &self,
        norm: &BatchNorm,
        x: &Tensor,
        activation: Activation,
    ) -> Result<Tensor> {
        match activation.slope() {
            Some(slope) => pointwise::batch_norm_infer(norm, x, slope),
            None => portable::batch_norm_infer(norm, x, activation),
        }
    }

    fn batch_norm_backward(
        &self,
        norm: &BatchNorm,
        passed: &Normalised,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        match activation.slope() {
            Some(slope) => pointwise::batch_norm_backward(norm, passed, grad, slope),
            None => portable::batch_norm_backward(norm, passed, grad, activation),
        }
    }

    fn activate(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        match activation {
            Activation::Linear => Ok(x.clone()),
            _ => pointwise::activate(x, activation),
        }
    }

    fn activate_backward(
        &self,
        y: &Tensor,
        grad: &Tensor,
        activation: Activation,
    ) -> Result<Tensor> {
        match activation {
            Activation::Linear => Ok(grad.clone()),
            _ => pointwise::activate_backward(y, grad, activation),
        }
    }

    fn adam(
        &self,
        parameter: &Tensor,
        grad: &Tensor,
        moments: (&Tensor, &Tensor),
        update: Update,
    ) -> Result<[Tensor; 3]> {
        pointwise::adam(parameter, grad, moments, update)
    }
}

/// Whether the fast layers were found right in this process,
static TRUSTED: AtomicBool = AtomicBool::new(false);
/// and the convolutions in bfloat16.
static TRUSTED_IN_BF16: AtomicBool = AtomicBool::new(false);

/// Whether the fast layers may be used on `device`.
pub fn is_trusted(device: &Device) -> bool {
    device.is_cuda() && TRUSTED.load(Ordering::Relaxed)
}

/// Whether the convolutions may be used on `device` in bfloat16.
pub fn is_trusted_in_bf16(device: &Device) -> bool {
    device.is_cuda() && TRUSTED_IN_BF16.load(Ordering::Relaxed)
}

/// Turns the fast layers, and their convolutions in bfloat16, on or off.
pub fn trust(in_f32: bool, in_bf16: bool) {
    TRUSTED.store(in_f32, Ordering::Relaxed);
    TRUSTED_IN_BF16.store(in_bf16, Ordering::Relaxed);
}

/// Settings for speed, and whether candle's own operations work: without them nothing does.
///
/// All work on the device must go through its one stream, as with `Device::new_cuda_with_stream`. `Device::new_cuda`
/// gives each thread a stream of its own, and candle does not order one thread's work after another's.
///
/// # Errors
/// candle's, where the device cannot be used.
pub fn prepare(device: &Device) -> Result<()> {
    let cuda = device.as_cuda_device()?;
    // SAFETY: the device has one stream, which orders all work on its memory; events would only repeat that, at the
    // price of two for each tensor.
    unsafe { cuda.disable_event_tracking() };
    let stream = cuda.cuda_stream();
    let context = stream.context();
    if context.has_async_alloc() {
        let mut keep_all = u64::MAX;
        // SAFETY: the context is alive, and the attribute is a u64 that the call copies.
        let set = unsafe {
            result::device::get_default_mem_pool(context.cu_device()).and_then(|pool| {
                let threshold = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
                result::mem_pool::set_attribute(pool, threshold, (&raw mut keep_all).cast())
            })
        };
        // Without it memory goes back to the system at each wait, which is slower and as right.
        let _ = set;
    }
    candle_core::cuda_backend::set_gemm_reduced_precision_f32(true);
    probe(device)
}

/// One of each of candle's operations that need a library or a kernel.
fn probe(device: &Device) -> Result<()> {
    let ones = |shape: &[usize]| Tensor::ones(shape, candle_core::DType::F32, device);
    let (wide, deep, weight) = (
        ones(&[2, 4, 4, 3])?,
        ones(&[2, 2, 2, 5])?,
        ones(&[5, 4, 4, 3])?,
    );
    portable::down(&wide, &weight, Geometry::Stride2)?;
    portable::up(&deep, &weight, Geometry::Stride2)?;
    portable::weight_grad(&wide, &deep, Geometry::Stride2)?;
    let sums = wide.sum((0, 1, 2))?; // [3]
    sums.to_vec1::<f32>()?;
    Ok(())
}
