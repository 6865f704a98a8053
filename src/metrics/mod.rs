//! How good samples are beside real pictures: how much they differ from each other (MS-SSIM) and how
//! far they are from the data (sliced Wasserstein distance).
//!
//! Pure mathematics on pictures: no tensors, no threads, no files. Everything random comes from the
//! seed, and the same latents, patches and projections are used at each measurement, so that two
//! measurements of a run differ by its weights alone.

mod ms_ssim;
mod nearest;
mod plane;
mod pyramid;
mod reference;
mod swd;

pub use nearest::NearestNeighbours;
pub use reference::{LevelDistance, Reference, SampleMetrics, SampleSizes};
