//! The faces that a person keeps, on disk from start to start: written whole after every change, so that
//! nothing is lost however the program ends.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};

use super::{Job, Latest};
use crate::atomic_file;
use crate::latent::saved::{Saved, SavedError, from_json, to_json};
use crate::notice::Notice;
use crate::regular_file;

/// Larger files are no shelf of ours: some 40 000 faces.
const LARGEST: u64 = 64 << 20;

/// Where the shelf is kept: in the user's data folder.
pub fn default_shelf() -> PathBuf {
    super::default_runs_folder().with_file_name("shelf.json")
}

/// The shelf's file and the thread that reads and writes it. Dropping it writes what is still to be
/// written.
pub struct ShelfFile {
    told: Arc<Told>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Told {
    read: Latest<Vec<Saved>>,
    newest: Latest<Arc<Vec<Saved>>>,
    notice: Latest<Notice>,
}

impl ShelfFile {
    /// Reads the shelf at `path` on a thread of its own; `wake` is called when there is something to take.
    pub fn open(path: PathBuf, wake: impl Fn() + Send + 'static) -> Self {
        let told = Arc::new(Told::default());
        let (bell, rings) = bounded(1);
        let shared = Arc::clone(&told);
        let spawned = Builder::new().name("shelf".into()).spawn(move || {
            match read_or_set_aside(&path) {
                Ok(faces) => shared.read.put(faces),
                Err(notice) => {
                    shared.notice.put(notice);
                    shared.read.put(Vec::new());
                }
            }
            wake();
            // The last ring is the handle's end; what was put before it is still written.
            loop {
                let more = rings.recv().is_ok();
                if let Some(faces) = shared.newest.take()
                    && let Err(notice) = write_faces(&path, &faces)
                {
                    shared.notice.put(notice);
                    wake();
                }
                if !more {
                    return;
                }
            }
        });
        let thread = spawned
            .map_err(|error| {
                let text = "The shelf cannot be kept: no thread could be started.";
                told.notice.put(Notice::from_error(text, &error));
            })
            .ok();
        Self {
            told,
            bell: Some(bell),
            thread,
        }
    }

    /// The faces as they were on disk, once.
    pub fn take(&self) -> Option<Vec<Saved>> {
        self.told.read.take()
    }

    /// What went wrong, once.
    pub fn take_notice(&self) -> Option<Notice> {
        self.told.notice.take()
    }

    /// Keeps these from now on.
    pub fn keep(&self, faces: Arc<Vec<Saved>>) {
        self.told.newest.put(faces);
        if let Some(bell) = &self.bell {
            // A bell that rings already is enough.
            let _ = bell.try_send(());
        }
    }
}

impl Drop for ShelfFile {
    fn drop(&mut self) {
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A file that cannot be understood is kept under another name, so that it is not written over.
fn read_or_set_aside(path: &Path) -> Result<Vec<Saved>, Notice> {
    match read_faces(path) {
        Err(ShelfError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Ok(faces) => Ok(faces),
        Err(error) => {
            let aside = path.with_extension("broken.json");
            let text = match std::fs::rename(path, &aside) {
                Ok(()) => {
                    "The shelf of saved faces cannot be read; a new one is begun, the old file is put aside."
                }
                Err(_) => "The shelf of saved faces cannot be read.",
            };
            Err(about(text, &error, &aside))
        }
    }
}

/// Why a file of faces cannot be read or written.
#[derive(Debug, thiserror::Error)]
enum ShelfError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Saved(#[from] SavedError),
}

fn read_faces(path: &Path) -> Result<Vec<Saved>, ShelfError> {
    Ok(from_json(&regular_file::read_to_string(path, LARGEST)?)?)
}

fn write_faces(path: &Path, faces: &[Saved]) -> Result<(), Notice> {
    let write = || -> Result<(), ShelfError> {
        Ok(atomic_file::write_bytes(path, to_json(faces)?.as_bytes())?)
    };
    write().map_err(|error| {
        let text = "The faces were not saved. Check the folder and its free space.";
        about(text, &error, path)
    })
}

fn about(text: &str, error: &ShelfError, path: &Path) -> Notice {
    let mut notice = Notice::from_error(text, error);
    notice.details += &format!("\n{}", path.display());
    notice
}

/// Reads faces that somebody exported.
pub fn import_faces(path: PathBuf, wake: impl Fn() + Send + 'static) -> Job<Vec<Saved>> {
    Job::spawn("import", wake, move |_| {
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
    faces: Arc<Vec<Saved>>,
    replace: bool,
    wake: impl Fn() + Send + 'static,
) -> Job<PathBuf> {
    Job::spawn("export faces", wake, move |_| {
        let path = atomic_file::target(path, replace);
        write_faces(&path, &faces).map(|()| path)
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::latent::noise;

    fn faces(count: u64) -> Vec<Saved> {
        let face = |seed| Saved {
            name: format!("face {seed}"),
            latent: noise::face(seed, 5),
            model: String::new(),
            fingerprint: String::new(),
        };
        (0..count).map(face).collect()
    }

    fn opened(path: &Path) -> (ShelfFile, Vec<Saved>) {
        let file = ShelfFile::open(path.to_path_buf(), || {});
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
