//! The fast layers on the CPU, for f32 in contiguous channels-last pictures [batch, height, width, channels].
//!
//! [`Cpu`] computes with candle's tensors what the other files compute with slices. [`Recycler`] is an allocator that makes
//! it cheap to free and allocate large tensors each step.
//!
//! Everything runs on rayon's current pool, sums in an order that depends on the number of threads only, and uses the best
//! vector unit that the processor has, found at run time.

mod activation;
mod adam;
mod augment;
mod backend;
mod batch_norm;
mod conv;
mod dense;
mod half;
mod health;
mod im2col;
mod matrix;
mod memory;
mod normal;
mod packed;
mod product;
mod scratch;
mod simd;
mod statistics;
#[cfg(test)]
mod tests;
mod winograd;

pub use backend::Cpu;
pub use memory::{Recycler, trim};
pub use normal::fill_normal;
pub use packed::{After, PackedFirst, PackedUp};
pub use scratch::clear as clear_scratch;
pub use statistics::Statistics;

/// What the layers compute with on the CPU, as its makers call it.
pub fn vector_unit() -> &'static str {
    match (simd::unit(), cfg!(target_arch = "aarch64")) {
        (simd::Unit::Avx512, _) => "AVX-512",
        (simd::Unit::Avx2, _) => "AVX2 and FMA",
        (simd::Unit::Baseline, true) => "NEON",
        (simd::Unit::Baseline, false) if cfg!(target_arch = "x86_64") => "SSE2",
        (simd::Unit::Baseline, false) => "no vector unit",
    }
}
