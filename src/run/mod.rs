//! A run on disk: its folder, its checkpoints, its model file, its walls.

pub mod checkpoint;
mod eval_log;
pub mod events;
mod folder;
mod lock;
pub mod model_file;
mod names;
mod own_files;
mod report;
pub mod samples;
pub mod step_record;
mod summary;
pub mod tensorboard;
pub mod train_log;

pub use checkpoint::store::{BEST_FILE, Store, Stored};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use eval_log::{EvalLog, EvalRecord, MEASURES_FILE};
pub use events::{RunEvent, RunEventKind};
pub use folder::{
    CONFIG_FILE, ClaimedFolder, MODEL_FILE, RunError, RunFolder, check_free, read_settings,
};
pub use lock::is_busy;
pub use names::default_runs_folder;
pub use own_files::PLOT_FILE;
pub use report::{ReportError, html};
pub use step_record::{SERIES, Series, StepRecord};
pub use summary::{RunSummary, Standing, list, summarise};
pub use tensorboard::EventFile;
pub use train_log::METRICS_FILE;
