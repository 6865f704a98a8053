//! A run on disk: its folder, its checkpoints, its model file, its walls.

pub mod checkpoint;
mod folder;
pub mod marks;
mod measured;
pub mod measurements;
pub mod model_file;
mod page;
mod store;
mod summary;
pub mod tensorboard;
pub mod walls;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use folder::{
    CONFIG_FILE, MODEL_FILE, RunError, RunFolder, default_runs_folder, is_busy, read_settings,
};
pub use marks::{Happened, Mark};
pub use measured::{MEASURES_FILE, Measured, MeasuredFile};
pub use measurements::METRICS_FILE;
pub use page::{PageError, html};
pub use store::{BEST_FILE, Store, Stored};
pub use summary::{RunSummary, Standing, list, summarise};
pub use tensorboard::EventFile;
