//! A run on disk: its folder, its checkpoints, its model file, its walls.

pub mod checkpoint;
mod folder;
mod lock;
pub mod marks;
mod measured;
pub mod measurements;
pub mod model_file;
mod names;
mod own_files;
mod page;
mod store;
mod summary;
pub mod tensorboard;
pub mod walls;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use folder::{
    CONFIG_FILE, ClaimedFolder, MODEL_FILE, RunError, RunFolder, check_free, read_settings,
};
pub use lock::is_busy;
pub use marks::{Happened, Mark};
pub use measured::{MEASURES_FILE, Measured, MeasuredFile};
pub use measurements::METRICS_FILE;
pub use names::default_runs_folder;
pub use own_files::PLOT_FILE;
pub use page::{PageError, html};
pub use store::{BEST_FILE, Store, Stored};
pub use summary::{RunSummary, Standing, list, summarise};
pub use tensorboard::EventFile;
