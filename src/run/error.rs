//! Why a run folder cannot be used.

use std::io;
use std::path::PathBuf;

/// Why a run folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The file system said no.
    #[error("the run folder cannot be written: {0}")]
    Io(#[from] io::Error),
    /// There is a run in it already.
    #[error("there is a run in this folder already: {}", .0.display())]
    Taken(PathBuf),
    /// What is to be written would go elsewhere, or nowhere.
    #[error("this is a link or device where a run has a file of its own; put an ordinary file there: {}", .0.display())]
    NotAFile(PathBuf),
    /// What is to be written would go elsewhere.
    #[error("this is a link where a run has a folder of its own; put an ordinary folder there: {}", .0.display())]
    NotAFolder(PathBuf),
    /// The settings cannot be written down.
    #[error("the settings cannot be written: {0}")]
    Config(#[from] toml::ser::Error),
    /// There is no run in it.
    #[error("there is no run in this folder: {}", .0.display())]
    NoRun(PathBuf),
    /// The settings were changed into something that is none.
    #[error("the settings of the run cannot be read: {0}")]
    Settings(#[from] toml::de::Error),
    /// Two programs must not write the same run.
    #[error("this run is being trained by a program that is still running: {}", .0.display())]
    Busy(PathBuf),
}
