//! Animations in files, and their faces as the pictures of a film.

use std::io;
use std::path::{Path, PathBuf};

use crate::export::ending;
use crate::latent::animation::file::{AnimationFile, AnimationFileError, from_json, to_json};
use crate::notice::Notice;
use crate::worker::job::Job;
use crate::worker::user_file::{FileKind, UserFile};
use crate::worker::waker::Waker;
use crate::{atomic_file, regular_file};

/// Larger files are no animations of ours.
const LARGEST: u64 = 64 << 20;

/// Why a file of an animation cannot be read or written.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Animation(#[from] AnimationFileError),
}

/// Reads an animation on this thread.
///
/// # Errors
/// Where it is none, or cannot be read.
pub fn read_animation(path: &Path) -> Result<AnimationFile, Notice> {
    read(path).map_err(|error| {
        let text =
            "The animation cannot be read. Choose a .morph.json file that Morphogan has saved.";
        Notice::from_error(text, &error).at(path)
    })
}

/// Reads an animation.
pub fn open_animation(path: PathBuf, waker: Waker) -> Job<AnimationFile> {
    Job::spawn("open animation", waker, move |_| read_animation(&path))
}

/// The animation on the desk, kept from start to start.
pub type DeskFile = UserFile<AnimationFile>;

/// Reads the animation that was on the desk at the last start, beside the shelf.
pub fn open_desk(shelf: &Path, waker: Waker) -> DeskFile {
    let kind = FileKind {
        name: "desk",
        what: "The animation that you were making",
        read: |path| Ok(read(path)?),
        write: |path, file| write(path, file),
    };
    UserFile::open(shelf.with_file_name("animation.json"), kind, waker)
}

fn read(path: &Path) -> Result<AnimationFile, FileError> {
    Ok(from_json(&regular_file::read_to_string(path, LARGEST)?)?)
}

fn write(path: &Path, file: &AnimationFile) -> Result<(), Notice> {
    let write = || -> Result<(), FileError> {
        Ok(atomic_file::write_bytes(path, to_json(file)?.as_bytes())?)
    };
    write().map_err(|error| {
        let text = "The animation was not saved. Check the folder and its free space.";
        Notice::from_error(text, &error).at(path)
    })
}

/// Writes an animation; gives where it went, and what was written. Without `replace` it takes the next free name where
/// a file is already.
pub fn save_animation(
    path: PathBuf,
    file: AnimationFile,
    replace: bool,
    waker: Waker,
) -> Job<(PathBuf, AnimationFile)> {
    Job::spawn("save animation", waker, move |_| {
        ending::check(&path, ending::JSON)?;
        let path = atomic_file::target(path, replace);
        write(&path, &file)?;
        Ok((path, file))
    })
}
