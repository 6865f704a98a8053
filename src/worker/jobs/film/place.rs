//! Where a film goes: two exports of one program never write to one place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use crate::atomic_file;
use crate::notice::Notice;

/// What is being written.
static CLAIMED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A path that nobody else writes to until this is dropped.
pub(super) struct ClaimedPlace(PathBuf);

impl ClaimedPlace {
    /// At `path` where that may `replace` what is there, otherwise at it or the first name after it that is free.
    ///
    /// # Errors
    /// Where it may and another export is writing there.
    pub(super) fn new(path: PathBuf, replace: bool, is_folder: bool) -> Result<Self, Notice> {
        let mut claimed = claimed();
        let free = |path: PathBuf| match is_folder {
            true => atomic_file::target_folder(path),
            false => atomic_file::target(path, replace),
        };
        let mut path = free(path);
        while claimed.contains(&path) {
            if replace {
                let text =
                    "Another export is writing this file. Wait for it, or choose another name.";
                return Err(Notice::error(text).at(&path));
            }
            path = free(atomic_file::next_name(&path));
        }
        claimed.insert(path.clone());
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ClaimedPlace {
    fn drop(&mut self) {
        claimed().remove(&self.0);
    }
}

fn claimed() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // One who panicked here left a set that is as good as before.
    CLAIMED
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
