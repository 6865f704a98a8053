//! A run on disk: its folder and its model file.

mod folder;
pub mod model_file;

pub use folder::{CONFIG_FILE, METRICS_FILE, MODEL_FILE, RunError, RunFolder, default_runs_folder};
