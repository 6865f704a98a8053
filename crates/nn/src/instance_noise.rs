//! Normal noise on whole batches, fast.

use candle_core::{Device, Tensor};

use super::{Result, cpu, host};

/// `x` with a number from N(0, `deviation`²) added to each, the same for the same `seed` whatever the
/// number of threads. Any shape.
pub fn add(x: &Tensor, deviation: f64, seed: u64) -> Result<Tensor> {
    let grain = host::filled(x.shape(), |grain| {
        cpu::fill_normal(grain, deviation as f32, seed);
        Ok(())
    })?;
    x + match x.device() {
        Device::Cpu => grain.to_dtype(x.dtype())?,
        device => grain.to_device(device)?.to_dtype(x.dtype())?,
    }
}
