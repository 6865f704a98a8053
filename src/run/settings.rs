//! The settings of a run on disk.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::error::RunError;
use super::file_names::CONFIG_FILE;
use crate::config::TrainConfig;
use crate::{atomic_file, regular_file};

/// Which starter faces a run has, if it says so.
#[derive(Deserialize)]
struct Edition {
    starter_edition: Option<usize>,
}

/// No file of settings is larger.
const LARGEST: u64 = 1 << 20;

/// The settings of the run in `root`.
///
/// # Errors
/// Where there is no run, or its settings cannot be read.
pub fn read_settings(root: &Path) -> Result<TrainConfig, RunError> {
    match regular_file::read_to_string(&root.join(CONFIG_FILE), LARGEST) {
        Ok(text) => {
            let mut config: TrainConfig = toml::from_str(&text)?;
            // Runs of before there was a second edition do not name theirs.
            if toml::from_str::<Edition>(&text)?.starter_edition.is_none() {
                config.starter_edition = 1;
            }
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
