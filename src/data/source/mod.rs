//! Where pictures come from: one file a format.
//!
//! What a path is, its content says (`detect`): a `gallery` of pictures over a `container` (folder, zip,
//! tar, parquet), an IDX file, or CIFAR-10 batches.

pub(super) mod bytes;
mod container;
mod contents;
pub(super) mod decode;
mod detect;
mod file;
mod fingerprint;
mod folder;
mod folder_source;
mod formats;
mod gallery;
mod gunzip;
mod jpeg;
mod kinds;
mod location;
mod memory_budget;
pub(crate) mod quiet;
mod selected;
mod single;
mod starter_faces;
pub(super) mod tar;
mod truncation;
mod zip;

pub use decode::DecodedPicture;
pub use detect::{open, open_path, open_while};
pub use single::{read_original, read_picture};
pub use starter_faces::{StarterFaces, portrait};

use std::path::PathBuf;
use std::sync::Arc;

use super::{Labels, SourceError, Square, Transform, transform};
use crate::notice::Notice;

/// What was taken at a path where several things are, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the pictures come from.
    pub taken: Vec<String>,
    /// What else is there.
    pub left_out: Vec<String>,
}

/// A numbered set of pictures. Shared by the threads that prepare them.
pub trait Source: Send + Sync {
    /// In words, for a person.
    fn name(&self) -> String;

    /// What kind of source, in words: `folder`, `zip archive`, …
    fn kind(&self) -> &'static str;

    /// The terms under which the pictures may be used, in words.
    fn licence(&self) -> String {
        "as its pictures; not known to the program".into()
    }

    /// How many there are, broken ones included.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What picture `index` is called, to name it when it is broken.
    fn item_name(&self, index: usize) -> String;

    /// The file on disk that holds picture `index` alone; `None` where it stands in an archive.
    fn file(&self, _index: usize) -> Option<PathBuf> {
        None
    }

    /// What is known about the pictures.
    fn labels(&self) -> Option<Arc<Labels>> {
        None
    }

    /// What was taken for the pictures and what was left out, where there was a choice.
    fn choice(&self) -> Choice {
        Choice::default()
    }

    /// What a person should know about the source as a whole.
    fn warnings(&self) -> Vec<Notice> {
        Vec::new()
    }

    /// Another number for other pictures; `None` where that cannot be known without decoding them.
    fn fingerprint(&self) -> Option<u128> {
        None
    }

    /// What picture `index` is made of, to tell it from others: bytes that do not depend on where the source
    /// lies or when it was written.
    ///
    /// # Errors
    /// As [`Source::original`].
    fn content(&self, index: usize) -> Result<Vec<u8>, SourceError> {
        Ok(self.original(index)?.as_bytes().to_vec())
    }

    /// Picture `index` (below [`Source::len`]) as it was found, upright.
    ///
    /// # Errors
    /// Why this one cannot be used; the others may be fine.
    fn original(&self, index: usize) -> Result<DecodedPicture, SourceError>;

    /// Picture `index` (below [`Source::len`]) as a square.
    ///
    /// # Errors
    /// Why this one cannot be used; the others may be fine.
    fn picture(&self, index: usize, how: &Transform) -> Result<Square, SourceError> {
        transform::square(&*self.original(index)?, how)
    }
}
