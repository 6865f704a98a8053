//! Who trains a run: whoever does holds a file in its folder locked, and the system lets go of it
//! however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::RunError;
use super::file_names::LOCK_FILE;
use crate::regular_file;

/// Whether a program is training the run in `root` now.
pub fn is_busy(root: &Path) -> bool {
    let file = regular_file::open(&root.join(LOCK_FILE));
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// `None` where the file system knows no locks.
pub(super) fn lock(root: &Path) -> Result<Option<File>, RunError> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(root.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(RunError::Busy(root.to_owned())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}
