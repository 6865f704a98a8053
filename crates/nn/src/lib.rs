//! Fast layers.
//!
//! All of a DCGAN's arithmetic is three kernels (`down`, `up` and `weight_grad` in `conv`), each of
//! which is the derivative of the others, plus batch norm with its activation and Adam. A [`Block`]
//! is one convolution with what follows it, a [`Stack`] a chain of blocks with a forward and a
//! backward pass: a generator or a discriminator.
//!
//! The kernels are the trait `Backend`. Its portable form is candle-nn's layers; `cpu` and `cuda`
//! compute what they do faster, and `device` picks one for each tensor.
//!
//! The backward pass is written out instead of taken from candle's autograd: a DCGAN is a plain
//! chain, and autograd would zero-fill, add and keep a gradient for every intermediate (some 270 MB
//! of extra memory traffic a network pass at 64×64, width 64, batch 64), and could not leave out
//! the weight gradients of D in the step of G.
//!
//! Pictures and features are channels-last, `[batch, height, width, channels]`; weights are
//! `[deep, 4, 4, wide]`, where *deep* is the side with the lower resolution. Nothing above this
//! folder mentions a backend.

#![warn(missing_docs)]

mod activation;
mod adam;
pub mod augment;
mod backend;
mod batch_norm;
mod block;
mod conv;
mod cpu;
#[cfg(feature = "cudnn")]
mod cuda;
mod device;
mod frozen;
pub mod health;
mod host;
pub mod instance_noise;
mod packed;
mod penalty;
mod portable;
mod precision;
#[cfg(any(test, feature = "cudnn"))]
mod self_check;
mod shape;
mod stack;
#[cfg(test)]
mod tests;
mod types;

pub use adam::Adam;
pub use block::{Block, BlockGrads, Direction};
pub use cpu::{Recycler, vector_unit};
pub use device::{is_fast_in_bf16, prepare_device, trust_device};
pub use frozen::Frozen;
pub use packed::Packed;
pub use precision::Precision;
pub use shape::Geometry;
pub use stack::{Gradients, Passed, Stack};
pub use types::{Activation, BatchNorm, Change};

/// candle's result: the layers add no errors of their own.
pub type Result<T> = candle_core::Result<T>;

/// Runs `work` with `threads` threads for the layers: the same number gives the same bits.
///
/// # Errors
/// Where the system does not give so many threads; `work` was not run then.
pub fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map(|pool| pool.install(work))
        .map_err(std::io::Error::other)
}

/// Keeps the threads of the layers from going to sleep while `wanted`, so that the next layer finds them
/// at work at once. They let go of their cores whenever somebody else needs them.
pub fn stay_awake(wanted: impl Fn() -> bool + Sync) {
    rayon::broadcast(|_| {
        while wanted() {
            std::thread::yield_now();
        }
    });
}

/// Gives memory back that is kept for layers to come: the buffers of this thread and of the layers' own, what
/// `recycler` keeps beyond `keep` bytes, and the free pages of the system's allocator. Layers that run meanwhile take
/// fresh memory.
pub fn give_back(recycler: &Recycler, keep: usize) {
    cpu::clear_scratch();
    rayon::broadcast(|_| cpu::clear_scratch());
    recycler.release_to(keep);
    cpu::trim();
}
