//! The fast layers on CUDA devices, for f32 (convolutions for bfloat16 too) in channels-last pictures [batch, height, width, channels]: cuDNN's
//! convolutions and our own kernels between them.
//!
//! The machines that build and test this program have no GPU. So nothing here is used before [`trust`] has found on the
//! device at hand that it agrees with [`super::portable`].

mod check;
mod conv;
mod cudnn;
mod memory;
mod pointwise;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use candle_core::cuda_backend::cudarc::driver::{result, sys};
use candle_core::{Device, Tensor};

pub use conv::{down, up, weight_grad};
pub use pointwise::{activate, activate_backward, adam, norm_backward, norm_forward, norm_infer};

use super::{Geometry, Result, portable};

/// Whether the fast layers were found right in this process.
static TRUSTED: AtomicBool = AtomicBool::new(false);

/// Whether the fast layers may be used on `device`.
pub fn is_trusted(device: &Device) -> bool {
    device.is_cuda() && TRUSTED.load(Ordering::Relaxed)
}

/// Whether the convolutions in bfloat16 were found right in this process.
static TRUSTED_IN_BF16: AtomicBool = AtomicBool::new(false);

/// Whether the convolutions may be used on `device` in bfloat16.
pub fn is_trusted_in_bf16(device: &Device) -> bool {
    device.is_cuda() && TRUSTED_IN_BF16.load(Ordering::Relaxed)
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
    let (mean, _) = portable::moments(&wide)?;
    mean.to_vec1::<f32>()?;
    Ok(())
}

/// Runs each fast layer once against the portable ones, and turns the fast ones on where all agree, off otherwise;
/// bfloat16 by itself, since older GPUs have none.
///
/// # Errors
/// In words, why the fast layers stay off. The device works without them.
pub fn trust(device: &Device) -> std::result::Result<(), String> {
    let checked = caught(|| check::all(device));
    TRUSTED.store(checked.is_ok(), Ordering::Relaxed);
    let in_bf16 = checked.is_ok() && caught(|| check::bf16(device)).is_ok();
    TRUSTED_IN_BF16.store(in_bf16, Ordering::Relaxed);
    checked
}

/// cudarc panics where a library answers what its authors did not expect; nothing of ours is left half done then.
fn caught(
    check: impl FnOnce() -> std::result::Result<(), String>,
) -> std::result::Result<(), String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(check))
        .unwrap_or_else(|_| Err("the CUDA libraries do not fit this program".to_owned()))
}
