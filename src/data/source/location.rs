//! Where a source lies and how it is opened: what every format is told.

use std::path::{Path, PathBuf};

use super::bytes::ByteSource;
use super::{SourceError, fingerprint};

/// What to do while a source is opened.
#[derive(Clone, Copy)]
pub struct OpenOptions<'a> {
    /// Whether the sub-folders that pictures stand in are labels.
    pub folder_labels: bool,
    /// Asked now and then; opening ends when it says no.
    pub go_on: &'a dyn Fn() -> bool,
}

impl OpenOptions<'_> {
    /// # Errors
    /// [`SourceError::Cancelled`], when it is to end.
    pub fn check(&self) -> Result<(), SourceError> {
        if (self.go_on)() {
            Ok(())
        } else {
            Err(SourceError::Cancelled)
        }
    }
}

/// One place with pictures.
#[derive(Clone, Copy)]
pub struct Location<'a> {
    /// The file or folder that a person named.
    pub path: &'a Path,
    /// Another number for other content.
    pub fingerprint: u128,
    /// How it is opened.
    pub opening: OpenOptions<'a>,
}

impl<'a> Location<'a> {
    /// Of one file, whose `bytes` are open.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_file(
        path: &'a Path,
        bytes: &ByteSource,
        opening: OpenOptions<'a>,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            path,
            fingerprint: fingerprint::of_file(bytes, path)?,
            opening,
        })
    }

    /// Of `files` of a format in the folder `path`, by their names, sizes and times.
    pub fn of_files(
        format: &str,
        files: &[PathBuf],
        path: &'a Path,
        opening: OpenOptions<'a>,
    ) -> Self {
        Self {
            path,
            fingerprint: fingerprint::of_files(format, files),
            opening,
        }
    }

    pub fn damaged(&self, kind: &'static str, why: impl std::fmt::Display) -> SourceError {
        SourceError::damaged(kind, why, self.path)
    }
}
