//! The fast layers on the CPU, for f32 in contiguous channels-last pictures [batch, height, width, channels].
//!
//! - [`down`], [`up`], [`weight_grad`]: the 4×4 convolutions and transposed convolutions and their gradients,
//! - [`Statistics`], [`batch_norm()`], [`batch_norm_backward`]: batch norm fused with the activation behind it,
//! - [`leaky_relu`], [`tanh`] and their gradients, [`Adam`],
//! - [`augment()`], its way back, [`fill_normal`] and the figures of `health`,
//! - [`Recycler`]: an allocator that makes it cheap to free and allocate large tensors each step.
//!
//! Everything runs on rayon's current pool, sums in an order that depends on the number of threads only, and uses the best
//! vector unit that the processor has, found at run time.

mod activation;
mod adam;
mod augment;
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

pub use activation::{Activation, leaky_relu, leaky_relu_backward, tanh, tanh_backward};
pub use adam::Adam;
pub use augment::{augment, augment_backward};
pub use batch_norm::{Saved, batch_norm, batch_norm_backward};
pub use conv::{down, up, weight_grad};
pub use health::{count_negative, never_on, sum_of_squares};
pub use memory::Recycler;
pub use normal::fill_normal;
pub use packed::{After, PackedFirst, PackedUp};
pub use statistics::Statistics;
