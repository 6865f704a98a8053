//! All threads and channels.

pub mod job;
mod latest;
mod message;
mod sampler;
mod tasks;
mod trainer;

pub use crate::gan::{ModelInfo, Snapshot};
pub use job::Job;
pub use latest::Latest;
pub use message::*;
pub use sampler::{SampleRequest, Sampled, Sampler, View, Weights};
pub use tasks::{MorphPlan, Pick, export_gif, open_model, pick};
pub use trainer::{Trainer, default_runs_folder};
