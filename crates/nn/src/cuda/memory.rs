//! candle tensors on a CUDA device as addresses, for kernels that are launched by hand.

use candle_core::cuda_backend::cudarc::driver::{CudaSlice, DevicePtr, DevicePtrMut, DeviceRepr};
use candle_core::cuda_backend::{CudaDType, CudaDevice};
use candle_core::op::BackpropOp;
use candle_core::{CudaStorage, Shape, Storage, Tensor};

use super::super::Result;

/// Address of numbers in the device's memory.
pub type Address = u64;

/// Calls `launch` with the addresses of `inputs`, contiguous, and of new tensors of `shapes`, which it must have the
/// device's stream fill completely. All have numbers of type `T`.
///
/// # Errors
/// candle's; where an input is no such tensor on `device`; those of `launch`.
pub fn with_addresses<T: CudaDType + DeviceRepr, const I: usize, const O: usize>(
    device: &CudaDevice,
    inputs: [&Tensor; I],
    shapes: [&Shape; O],
    launch: impl FnOnce([Address; I], [Address; O]) -> Result<()>,
) -> Result<[Tensor; O]> {
    let stream = device.cuda_stream();
    stream.context().bind_to_thread()?;
    let inputs: Vec<Tensor> = inputs
        .into_iter()
        .map(Tensor::contiguous)
        .collect::<Result<_>>()?;
    let storages: Vec<_> = inputs.iter().map(Tensor::storage_and_layout).collect();
    let mut slices: Vec<CudaSlice<T>> = Vec::with_capacity(O);
    for shape in shapes {
        // SAFETY: nobody reads the numbers before `launch` has queued what writes them all.
        slices.push(unsafe { device.alloc(shape.elem_count()) }?);
    }

    // The guards tell cudarc, where it tracks that, until when the memory is in use: they live until the launch.
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    let (mut from, mut to) = ([0; I], [0; O]);
    for (address, (storage, layout)) in from.iter_mut().zip(&storages) {
        let (Storage::Cuda(storage), Some((start, end))) =
            (&**storage, layout.contiguous_offsets())
        else {
            candle_core::bail!("a fast layer needs contiguous numbers on a CUDA device");
        };
        let slice = storage.as_cuda_slice::<T>()?;
        if storage.device.id() != device.id() || end > slice.len() {
            candle_core::bail!("a tensor lies on another device or outside of its storage");
        }
        let (begin, guard) = slice.device_ptr(&stream);
        *address = begin + start as u64 * size_of::<T>() as u64;
        reads.push(guard);
    }
    for (address, slice) in to.iter_mut().zip(&mut slices) {
        let (begin, guard) = slice.device_ptr_mut(&stream);
        *address = begin;
        writes.push(guard);
    }
    launch(from, to)?;
    drop((reads, writes));

    let tensors: Vec<Tensor> = slices
        .into_iter()
        .zip(shapes)
        .map(|(slice, shape)| {
            let storage = Storage::Cuda(CudaStorage::wrap_cuda_slice(slice, device.clone()));
            Tensor::from_storage(storage, shape.clone(), BackpropOp::none(), false)
        })
        .collect();
    match tensors.try_into() {
        Ok(tensors) => Ok(tensors),
        Err(_) => candle_core::bail!("as many tensors as shapes were made"),
    }
}
