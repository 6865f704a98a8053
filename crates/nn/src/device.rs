//! Which backend computes for a device.

use candle_core::{Device, Tensor};

use super::backend::{Backend, Portable};
use super::cpu::Cpu;
use super::{Result, host};
#[cfg(feature = "cudnn")]
use super::{cuda, self_check};

/// The fastest backend that can take `tensor`. Chosen anew each time: what they compute is the same.
pub fn backend_of(tensor: &Tensor) -> &'static dyn Backend {
    if host::is_fast(tensor) {
        return &Cpu;
    }
    #[cfg(feature = "cudnn")]
    {
        use candle_core::DType;

        let device = tensor.device();
        let trusted = match tensor.dtype() {
            DType::F32 => cuda::is_trusted(device),
            DType::BF16 => cuda::is_trusted_in_bf16(device),
            _ => false,
        };
        if trusted && tensor.elem_count() > 0 {
            return &cuda::Cuda;
        }
    }
    &Portable
}

/// Settings of a device for speed, once after it was opened.
///
/// # Errors
/// candle's, where the device cannot be used.
pub fn prepare_device(device: &Device) -> Result<()> {
    match device {
        #[cfg(feature = "cudnn")]
        Device::Cuda(_) => cuda::prepare(device),
        _ => Ok(()),
    }
}

/// Uses the device's own fast layers from now on if they agree with the portable ones there; bfloat16 by itself, since
/// older GPUs have none.
///
/// # Errors
/// In words, why the portable layers stay in use: training works, only slower.
pub fn trust_device(device: &Device) -> std::result::Result<(), String> {
    match device {
        #[cfg(feature = "cudnn")]
        Device::Cuda(_) => {
            let checked = self_check::in_f32(&cuda::Cuda, device);
            let in_bf16 = checked.is_ok() && self_check::in_bf16(&cuda::Cuda, device).is_ok();
            cuda::trust(checked.is_ok(), in_bf16);
            checked
        }
        _ => Ok(()),
    }
}

/// Whether the device has fast convolutions for [`super::Precision::Bf16`] that were found right.
pub fn is_fast_in_bf16(device: &Device) -> bool {
    match device {
        #[cfg(feature = "cudnn")]
        Device::Cuda(_) => cuda::is_trusted_in_bf16(device),
        _ => false,
    }
}
