//! The faces that a person keeps, on disk from start to start.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::export::ending;
use crate::latent::saved::{SavedFace, SavedFaceError, from_json, to_json};
use crate::notice::Notice;
use crate::worker::job::Job;
use crate::worker::user_file::{FileKind, UserFile};
use crate::worker::waker::Waker;
use crate::{atomic_file, regular_file};

/// Larger files are no shelf of ours: some 40 000 faces.
const LARGEST: u64 = 64 << 20;

/// Where the shelf is kept: in the user's data folder.
pub fn default_shelf() -> PathBuf {
    crate::run::default_runs_folder().with_file_name("shelf.json")
}

pub type ShelfFile = UserFile<Vec<SavedFace>>;

/// Reads the shelf at `path` on a thread of its own; `waker` wakes when there is something to take.
pub fn open_shelf(path: PathBuf, waker: Waker) -> ShelfFile {
    let kind = FileKind {
        name: "shelf",
        what: "The shelf of saved faces",
        read: |path| Ok(read_faces(path)?),
        write: |path, faces| write_faces(path, faces),
    };
    UserFile::open(path, kind, waker)
}

/// Why a file of faces cannot be read or written.
#[derive(Debug, thiserror::Error)]
enum ShelfError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Saved(#[from] SavedFaceError),
}

fn read_faces(path: &Path) -> Result<Vec<SavedFace>, ShelfError> {
    Ok(from_json(&regular_file::read_to_string(path, LARGEST)?)?)
}

fn write_faces(path: &Path, faces: &[SavedFace]) -> Result<(), Notice> {
    let write = || -> Result<(), ShelfError> {
        Ok(atomic_file::write_bytes(path, to_json(faces)?.as_bytes())?)
    };
    write().map_err(|error| {
        let text = "The faces were not saved. Check the folder and its free space.";
        about(text, &error, path)
    })
}

fn about(text: &str, error: &ShelfError, path: &Path) -> Notice {
    Notice::from_error(text, error).at(path)
}

/// Reads faces that somebody exported.
pub fn import_faces(path: PathBuf, waker: Waker) -> Job<Vec<SavedFace>> {
    Job::spawn("import", waker, move |_| {
        read_faces(&path).map_err(|error| {
            let text = "The faces cannot be read. Choose a .json file that Morphogan has exported.";
            about(text, &error, &path)
        })
    })
}

/// Writes faces for somebody else; gives the path. Without `replace` it takes the next free name where a
/// file is already.
pub fn export_faces(
    path: PathBuf,
    faces: Arc<Vec<SavedFace>>,
    replace: bool,
    waker: Waker,
) -> Job<PathBuf> {
    Job::spawn("export faces", waker, move |_| {
        ending::check(&path, ending::JSON)?;
        let path = atomic_file::target(path, replace);
        write_faces(&path, &faces).map(|()| path)
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::latent::noise;

    fn faces(count: u64) -> Vec<SavedFace> {
        let face = |seed| SavedFace {
            name: format!("face {seed}"),
            latent: noise::face(seed, 5),
            model: String::new(),
            fingerprint: String::new(),
        };
        (0..count).map(face).collect()
    }

    fn opened(path: &Path) -> (ShelfFile, Vec<SavedFace>) {
        let file = open_shelf(path.to_path_buf(), Waker::none());
        let begin = Instant::now();
        loop {
            if let Some(read) = file.take() {
                return (file, read);
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "no answer");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn the_shelf_is_there_again_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/shelf.json");
        let (file, read) = opened(&path);
        assert!(read.is_empty());
        for count in 0..20 {
            file.keep(Arc::new(faces(count)));
        }
        drop(file);
        assert_eq!(opened(&path).1, faces(19));
    }

    #[test]
    fn a_broken_shelf_is_put_aside_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shelf.json");
        std::fs::write(&path, "{ half").unwrap();
        let (file, read) = opened(&path);
        assert!(read.is_empty());
        assert!(file.take_notice().unwrap().summary.contains("put aside"));
        file.keep(Arc::new(faces(1)));
        drop(file);
        let aside = folder.path().join("shelf.broken.json");
        assert_eq!(std::fs::read_to_string(aside).unwrap(), "{ half");
        assert_eq!(opened(&path).1.len(), 1);
    }
}
