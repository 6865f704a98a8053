//! What a path is: by its content, not by its name.

use std::path::Path;

use super::location::OpenOptions;
use super::{Source, StarterFaces, file, folder_source};
use crate::config::{DataChoice, TrainConfig};
use crate::data::SourceError;

/// The source that the settings name. Walks a folder and may unpack a tar.gz, so not for the
/// window's thread.
///
/// # Errors
/// Where there is nothing usable at the path.
pub fn open(config: &TrainConfig) -> Result<Box<dyn Source>, SourceError> {
    open_while(config, &|| true)
}

/// The source at `path`, as [`open`].
///
/// # Errors
/// As [`open`].
pub fn open_path(path: &Path) -> Result<Box<dyn Source>, SourceError> {
    let opening = OpenOptions {
        folder_labels: false,
        go_on: &|| true,
    };
    open_at(path, opening)
}

/// As [`open`], as long as `go_on` says so.
///
/// # Errors
/// As [`open`], and [`SourceError::Cancelled`].
pub fn open_while(
    config: &TrainConfig,
    go_on: &dyn Fn() -> bool,
) -> Result<Box<dyn Source>, SourceError> {
    Ok(match &config.data {
        DataChoice::Starter => {
            let faces = StarterFaces::new(config.seed, config.starter_count);
            Box::new(faces.edition(config.starter_edition))
        }
        DataChoice::Path(path) => {
            let opening = OpenOptions {
                folder_labels: config.prepare.folder_labels,
                go_on,
            };
            open_at(path, opening)?
        }
    })
}

/// The source at `path`.
fn open_at(path: &Path, opening: OpenOptions<'_>) -> Result<Box<dyn Source>, SourceError> {
    if !path.exists() {
        return Err(SourceError::Missing(path.to_owned()));
    }
    if path.is_dir() {
        folder_source::open(path, opening)
    } else {
        file::open(path, opening)
    }
}
