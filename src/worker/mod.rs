//! All threads and channels: the training run, the sampler, the loader, and jobs with an end.
//!
//! | link | kind | why |
//! |---|---|---|
//! | window → trainer | commands, drained before each step, blocking while paused | nobody waits, nobody spins |
//! | trainer → window | `bounded(256)` events, blocking | no point of a curve is lost, memory is bounded |
//! | trainer → window, walls | [`Latest`] | heavy; only the newest matters |
//! | trainer → sampler, weights | [`Latest`] of shared snapshots | sliders never see half-updated layers |
//! | trainer ↔ evaluator | one snapshot there, one measurement back | measuring holds nobody up |
//! | window ↔ sampler | [`Latest`] a view, stamped | drag as fast as you like |
//! | window → files of the user's data folder | [`Latest`] | only the newest shelf is worth writing |
//!
//! Drop means stop. The last event of a run is always `Event::Ended`.

pub mod bench;
pub mod bench_drag;
pub mod bench_memory;
mod desktop;
mod device;
mod evaluation;
pub mod gallery;
pub mod job;
pub mod jobs;
mod latest;
mod loader;
mod picture_count;
pub mod sampler;
mod source_notices;
pub mod train;
mod user_file;
mod waker;
mod wall;

pub use desktop::{default_exports_folder, home_folder};
pub use job::Job;
pub use latest::Latest;
pub use waker::Waker;
pub use wall::Wall;
