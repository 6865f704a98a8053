//! The models that were opened, kept from start to start.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ModelFacts;
use crate::notice::Notice;
use crate::worker::user_file::{FileKind, UserFile};
use crate::worker::waker::Waker;
use crate::{atomic_file, regular_file};

/// Larger files are none of ours.
const LARGEST: u64 = 16 << 20;
/// Raised when older programs cannot read what newer ones write.
const FORMAT: u32 = 1;

/// A model that was opened once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecentModel {
    /// As commands take it.
    pub path: PathBuf,
    /// The name that a person gave it in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In seconds since 1970; 0 where it only has a name.
    #[serde(default)]
    pub opened: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<ModelFacts>,
    /// Whether a person took it off the list of those that were opened: its name and facts are still of use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// What a person said of a file that leaves something open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// The file of them.
pub type RecentModelsFile = UserFile<Vec<RecentModel>>;

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    models: Vec<RecentModel>,
}

/// Why it cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("it was written by a newer version (format {0}, this program reads {FORMAT})")]
struct Newer(u32);

/// Where they are kept: beside the shelf.
pub fn file_beside(shelf: &Path) -> PathBuf {
    shelf.with_file_name("models.json")
}

/// Reads the file at `path` on a thread of its own; `waker` wakes when there is something to take.
pub fn open_recent_models(path: PathBuf, waker: Waker) -> RecentModelsFile {
    let kind = FileKind {
        name: "models",
        what: "The list of models",
        read: |path| {
            let file: File = serde_json::from_str(&regular_file::read_to_string(path, LARGEST)?)?;
            match file.format {
                0..=FORMAT => Ok(file.models),
                newer => Err(Newer(newer).into()),
            }
        },
        write: |path, models| write(path, models),
    };
    UserFile::open(path, kind, waker)
}

fn write(path: &Path, models: &[RecentModel]) -> Result<(), Notice> {
    let text = "The list of models was not kept. Check the folder and its free space.";
    // A path that is no text cannot be kept; all others can.
    let kept = models.iter().filter(|model| model.path.to_str().is_some());
    let file = File {
        format: FORMAT,
        models: kept.cloned().collect(),
    };
    let json =
        serde_json::to_string(&file).map_err(|error| Notice::from_error(text, &error).at(path))?;
    atomic_file::write_bytes(path, json.as_bytes())
        .map_err(|error| Notice::from_error(text, &error).at(path))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;

    fn read(file: &RecentModelsFile) -> Vec<RecentModel> {
        let begun = Instant::now();
        loop {
            if let Some(read) = file.take() {
                return read;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "nothing was read"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn the_list_comes_back_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = file_beside(&folder.path().join("data/shelf.json"));
        let file = open_recent_models(path.clone(), Waker::none());
        assert_eq!(read(&file), []);
        let models = vec![RecentModel {
            path: "/a/b.safetensors".into(),
            name: Some("Ada".into()),
            opened: 12,
            facts: Some(ModelFacts {
                size: 64,
                ..ModelFacts::default()
            }),
            ..RecentModel::default()
        }];
        file.keep(Arc::new(models.clone()));
        drop(file);
        let file = open_recent_models(path.clone(), Waker::none());
        assert_eq!(read(&file), models);
        drop(file);
        // That of a later version is put aside, not written over.
        std::fs::write(&path, r#"{"format":9,"models":[]}"#).unwrap();
        let file = open_recent_models(path.clone(), Waker::none());
        assert_eq!(read(&file), []);
        assert!(file.take_notice().unwrap().summary.contains("put aside"));
    }
}
