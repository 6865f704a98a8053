//! candle tensors in main memory as slices, for the layers in [`super::cpu`].

use candle_core::{CpuStorage, DType, Device, Storage, Tensor};

use super::Result;

/// Whether the layers in [`super::cpu`] can take `tensor`.
pub fn is_fast(tensor: &Tensor) -> bool {
    tensor.device().is_cpu() && tensor.dtype() == DType::F32
}

/// Calls `work` with the numbers of `tensors`, each contiguous and [fast](is_fast).
///
/// # Errors
/// Where one of them is not.
pub fn with_slices<const N: usize, T>(
    tensors: [&Tensor; N],
    work: impl FnOnce([&[f32]; N]) -> T,
) -> Result<T> {
    let guards = tensors.map(Tensor::storage_and_layout);
    let mut slices: [&[f32]; N] = [&[]; N];
    for (slice, (storage, layout)) in slices.iter_mut().zip(&guards) {
        let range = layout.contiguous_offsets();
        let (Storage::Cpu(CpuStorage::F32(numbers)), Some((start, end))) = (&**storage, range)
        else {
            candle_core::bail!("a fast layer needs contiguous f32 numbers in main memory");
        };
        let Some(numbers) = numbers.get(start..end) else {
            candle_core::bail!("a tensor's layout lies outside of its storage");
        };
        *slice = numbers;
    }
    Ok(work(slices))
}

/// A tensor of `shape` that `fill` writes completely.
pub fn filled(
    shape: impl Into<candle_core::Shape>,
    fill: impl FnOnce(&mut [f32]) -> Result<()>,
) -> Result<Tensor> {
    let shape = shape.into();
    let mut numbers = vec![0.0; shape.elem_count()];
    fill(&mut numbers)?;
    Tensor::from_vec(numbers, shape, &Device::Cpu)
}
