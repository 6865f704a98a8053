//! A training run on its own thread: [`Trainer`] is its handle, [`Command`]s go in, [`Event`]s come out.

mod checkpoint_keeper;
mod evaluator;
pub(super) mod feed;
mod guard;
mod hold;
mod identity;
mod link;
mod message;
mod outcome;
mod pictures;
mod publisher;
mod recorder;
mod resume;
mod run;
mod setup;
mod start_model;
mod throughput;
mod trainer;
mod watch;

pub use guard::{Alarm, Best, Danger, GuardEvent};
pub use message::*;
pub use resume::settings_at;
pub use trainer::Trainer;
