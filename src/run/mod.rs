//! A run on disk: its folder, its checkpoints, its model file, its walls.

pub mod checkpoint;
mod digest;
mod error;
mod eval_log;
pub mod events;
mod file_names;
mod folder;
pub mod history;
mod lock;
pub mod model_file;
mod names;
mod own_files;
mod report;
pub mod samples;
mod settings;
pub mod step_record;
mod summary;
pub mod tensorboard;
pub mod train_log;

pub use checkpoint::store::{CheckpointStore, StoredCheckpoint};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use digest::Digest;
pub use error::RunError;
pub use eval_log::{EvalLog, EvalRecord, MEASURES_FILE, METRICS};
pub use events::{RunEvent, RunEventKind};
pub use file_names::{CONFIG_FILE, MODEL_FILE, PLOT_FILE};
pub use folder::{ClaimedFolder, RunFolder, check_free};
pub use history::RunHistory;
pub use lock::is_busy;
pub use names::default_runs_folder;
pub use report::html;
pub use settings::read_settings;
pub use step_record::{SERIES, Series, StepRecord};
pub use summary::{RunStatus, RunSummary, list, summarise};
pub use tensorboard::EventFile;
pub use train_log::METRICS_FILE;
