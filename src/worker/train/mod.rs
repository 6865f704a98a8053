//! A training run on its own thread: [`Trainer`] is its handle, [`Command`]s go in, [`Event`]s come out.

mod checkpoints;
mod control;
mod evaluator;
pub(super) mod feed;
mod guard;
mod identity;
mod live;
mod message;
mod publish;
mod resume;
pub(super) mod run;
mod setup;
mod step;
mod throughput;
mod trainer;
mod watch;

pub use message::*;
pub use resume::settings_at;
pub use trainer::Trainer;
