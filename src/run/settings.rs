//! The settings of a run on disk.

use std::io;
use std::path::Path;

use super::error::RunError;
use super::file_names::CONFIG_FILE;
use crate::config::TrainConfig;
use crate::{atomic_file, regular_file};

/// No file of settings is larger.
const LARGEST: u64 = 1 << 20;

/// The settings of the run in `root`.
///
/// # Errors
/// Where there is no run, or its settings cannot be read.
pub fn read_settings(root: &Path) -> Result<TrainConfig, RunError> {
    match regular_file::read_to_string(&root.join(CONFIG_FILE), LARGEST) {
        Ok(text) => {
            let mut config = TrainConfig::of_run(&text)?;
            // A person may have written a path that begins where the file lies.
            let root = std::path::absolute(root)?;
            config.data = config.data.absolute_from(&root);
            Ok(config)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(RunError::NoRun(root.to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn write_settings(root: &Path, settings: &str) -> io::Result<()> {
    atomic_file::write_bytes(&root.join(CONFIG_FILE), settings.as_bytes())
}
