//! What the program writes into a run's folder, by name. A folder may come from a stranger: nothing is
//! written through a link in it, and nothing in it is waited for.

use std::fs::{remove_dir, remove_file, symlink_metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::checkpoint::store::{self, BEST_FILE};
use super::error::RunError;
use super::eval_log::MEASURES_FILE;
use super::events::EVENTS_FILE;
use super::file_names::{CONFIG_FILE, LOCK_FILE, MODEL_FILE, PLOT_FILE, UNDONE_FILE};
use super::train_log::METRICS_FILE;
use super::{samples, tensorboard};

const FILES: [&str; 10] = [
    CONFIG_FILE,
    METRICS_FILE,
    MEASURES_FILE,
    EVENTS_FILE,
    UNDONE_FILE,
    MODEL_FILE,
    BEST_FILE,
    PLOT_FILE,
    samples::PINNED_FILE,
    LOCK_FILE,
];

const FOLDERS: [&str; 3] = [store::FOLDER, samples::FOLDER, tensorboard::FOLDER];

/// Refuses a folder in which something of this program's is no ordinary file or folder.
pub(super) fn check(root: &Path) -> Result<(), RunError> {
    for name in FILES {
        let path = root.join(name);
        if kind(&path)?.is_some_and(|kind| !kind.is_file()) {
            return Err(RunError::NotAFile(path));
        }
    }
    for name in FOLDERS {
        let folder = root.join(name);
        match kind(&folder)? {
            None => continue,
            Some(kind) if kind.is_dir() => {}
            Some(_) => return Err(RunError::NotAFolder(folder)),
        }
        for path in entries(&folder)? {
            if kind(&path)?.is_some_and(|kind| !kind.is_file() && !kind.is_dir()) {
                return Err(RunError::NotAFile(path));
            }
        }
    }
    Ok(())
}

/// Whether there is something in the folder that a new run would write over or mix with its own.
pub(super) fn holds_a_run(root: &Path) -> bool {
    let is_there = |name: &str| symlink_metadata(root.join(name)).is_ok();
    let mut files = FILES.into_iter().filter(|name| *name != LOCK_FILE);
    files.any(is_there) || is_there(store::FOLDER)
}

/// Removes what a run wrote into a folder that [`holds_a_run`] said no of before, and the folder itself
/// where nothing else is in it.
pub(super) fn remove(root: &Path) {
    // Whatever stays is in nobody's way but its own.
    for name in FOLDERS {
        let folder = root.join(name);
        let all = entries(&folder).unwrap_or_default();
        for path in all.into_iter().filter(|path| is_ours(path)) {
            let _ = remove_file(path);
        }
        let _ = remove_dir(folder);
    }
    for name in FILES {
        let _ = remove_file(root.join(name));
    }
    let _ = remove_dir(root);
}

/// A checkpoint, wall or event file, by its name.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("step-") || name.starts_with("events.out.tfevents.")
}

/// `None` where nothing is. Links are not followed.
fn kind(path: &Path) -> io::Result<Option<std::fs::FileType>> {
    match symlink_metadata(path) {
        Ok(about) => Ok(Some(about.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.path())).collect()
}
