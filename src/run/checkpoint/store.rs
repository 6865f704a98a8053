//! The checkpoints of a run: the last few and the best.

use std::io;
use std::path::{Path, PathBuf};

/// Folder of the checkpoints in a run.
pub(in crate::run) const FOLDER: &str = "checkpoints";

/// The best checkpoint of a run, by its distance to the data.
pub const BEST_FILE: &str = "best.safetensors";

/// A checkpoint on disk; whether it can be read is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Steps done by its weights.
    pub step: u64,
    pub path: PathBuf,
    pub bytes: u64,
}

/// The checkpoints of the run in `root`.
#[derive(Clone, Debug)]
pub struct CheckpointStore {
    root: PathBuf,
}

impl CheckpointStore {
    /// Of the run in `root`.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    /// Where the one of `step` lies.
    pub fn path(&self, step: u64) -> PathBuf {
        self.folder().join(format!("step-{step:07}.safetensors"))
    }

    /// Where the best one lies.
    pub fn best(&self) -> PathBuf {
        self.root.join(BEST_FILE)
    }

    /// Those of single steps, the newest first.
    pub fn list(&self) -> Vec<StoredCheckpoint> {
        let entries = std::fs::read_dir(self.folder()).into_iter().flatten();
        let mut all: Vec<StoredCheckpoint> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let name = entry.file_name();
                let step = name.to_str()?.strip_prefix("step-")?;
                Some(StoredCheckpoint {
                    step: step.strip_suffix(".safetensors")?.parse().ok()?,
                    path: entry.path(),
                    bytes: entry.metadata().ok()?.len(),
                })
            })
            .collect();
        all.sort_unstable_by_key(|stored| std::cmp::Reverse(stored.step));
        all
    }

    /// Bytes of all, the best one included.
    pub fn bytes(&self) -> u64 {
        let best = self.best().metadata().map_or(0, |data| data.len());
        best + self.list().iter().map(|stored| stored.bytes).sum::<u64>()
    }

    /// Removes all but the newest `keep` and that of step `spared`.
    ///
    /// # Errors
    /// The file system's, for the first that stays.
    pub fn prune(&self, keep: usize, spared: Option<u64>) -> io::Result<()> {
        let old = self.list().into_iter().skip(keep);
        let mut old = old.filter(|stored| Some(stored.step) != spared);
        old.try_for_each(|stored| std::fs::remove_file(stored.path))
    }

    /// Removes those after `step`, which a roll-back made void.
    ///
    /// # Errors
    /// The file system's, for the first that stays.
    pub fn remove_after(&self, step: u64) -> io::Result<()> {
        let mut later = self.list().into_iter().filter(|stored| stored.step > step);
        later.try_for_each(|stored| std::fs::remove_file(stored.path))
    }

    /// Puts one that cannot be read out of the way; it stays on disk under another name.
    pub fn set_aside(&self, stored: &StoredCheckpoint) {
        // Where even that fails, it is tried and passed over again the next time.
        let _ = std::fs::rename(&stored.path, stored.path.with_extension("unreadable"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = CheckpointStore::new(folder.path());
        std::fs::create_dir(store.folder()).unwrap();
        for step in [5, 100, 20, 12_345_678] {
            std::fs::write(store.path(step), [0; 10]).unwrap();
        }
        std::fs::write(store.folder().join("notes.txt"), "mine").unwrap();
        std::fs::write(store.best(), [0; 7]).unwrap();
        let steps = || store.list().iter().map(|s| s.step).collect::<Vec<_>>();
        assert_eq!((steps(), store.bytes()), (vec![12_345_678, 100, 20, 5], 47));
        store.prune(3, None).unwrap();
        assert_eq!(steps(), [12_345_678, 100, 20]);
        store.prune(1, Some(20)).unwrap();
        assert_eq!(steps(), [12_345_678, 20]);
        std::fs::write(store.path(100), [0; 10]).unwrap();
        store.remove_after(100).unwrap();
        assert_eq!(steps(), [100, 20]);
        store.set_aside(&store.list()[0]);
        assert_eq!(steps(), [20]);
        assert_eq!(std::fs::read_dir(store.folder()).unwrap().count(), 3);
    }
}
