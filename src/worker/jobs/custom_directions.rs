//! Directions that a person made, kept from start to start by the model they were made with.

use std::path::{Path, PathBuf};

use crate::latent::custom_directions::{CustomDirections, from_json, to_json};
use crate::notice::Notice;
use crate::worker::user_file::{FileKind, UserFile};
use crate::worker::waker::Waker;
use crate::{atomic_file, regular_file};

/// Larger files are none of ours.
const LARGEST: u64 = 64 << 20;

/// The file of the directions that a person made.
pub type CustomDirectionsFile = UserFile<CustomDirections>;

/// Where they are kept: beside the shelf.
pub fn file_beside(shelf: &Path) -> PathBuf {
    shelf.with_file_name("directions.json")
}

/// Reads the file at `path` on a thread of its own; `waker` wakes when there is something to take.
pub fn open_custom_directions(path: PathBuf, waker: Waker) -> CustomDirectionsFile {
    let kind = FileKind {
        name: "directions",
        what: "The file of the directions that you made",
        read: |path| Ok(from_json(&regular_file::read_to_string(path, LARGEST)?)?),
        write,
    };
    UserFile::open(path, kind, waker)
}

fn write(path: &Path, made: &CustomDirections) -> Result<(), Notice> {
    let text = "The directions that you made were not kept. Check the folder and its free space.";
    let told = |mut notice: Notice| {
        notice.details += &format!("\n{}", path.display());
        notice
    };
    let json = to_json(made).map_err(|error| told(Notice::from_error(text, &error)))?;
    atomic_file::write_bytes(path, json.as_bytes())
        .map_err(|error| told(Notice::from_error(text, &error)))
}
