//! Where pictures come from.

use std::io;
use std::path::PathBuf;

use super::{Folder, starter};
use crate::config::{DataChoice, TrainConfig};
use crate::picture::Picture;

/// A numbered set of pictures. Shared by the threads that prepare them.
pub trait Source: Send + Sync {
    /// In words, for a person.
    fn name(&self) -> String;

    /// The terms under which the pictures may be used, in words.
    fn licence(&self) -> String;

    /// How many there are, broken ones included.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What picture `index` is called, to name it when it is broken.
    fn item_name(&self, index: usize) -> String;

    /// Picture `index` (below [`Source::len`]), cropped and resized to a square of `size` pixels.
    ///
    /// # Errors
    /// Why this one cannot be used; the others may be fine.
    fn picture(&self, index: usize, size: usize) -> Result<Picture, SourceError>;
}

/// Why a source or one of its pictures cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file system said no.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Not a picture, or a broken one.
    #[error("not a usable picture: {0}")]
    Decode(#[from] image::ImageError),
    /// The resizer refused.
    #[error("cannot be resized: {0}")]
    Resize(#[from] fast_image_resize::ResizeError),
    /// More pixels than a training picture can have use for.
    #[error("{0}×{1} pixels are too many (limit: {2} a side)")]
    TooLarge(u32, u32, u32),
    /// Nothing at that path.
    #[error("there is nothing at this path; check its spelling: {}", .0.display())]
    Missing(PathBuf),
    /// A file where a folder was expected.
    #[error("this is a file; give the folder of pictures that it stands in: {}", .0.display())]
    NotAFolder(PathBuf),
    /// A folder with no picture in it.
    #[error("there is no png, jpeg, webp or bmp in this folder or below it: {}", .0.display())]
    NoPictures(PathBuf),
}

/// The source that the settings name. Walks a folder, so not for the window's thread.
///
/// # Errors
/// Where there is nothing usable at the path.
pub fn open(config: &TrainConfig) -> Result<Box<dyn Source>, SourceError> {
    Ok(match &config.data {
        DataChoice::Starter => Box::new(StarterFaces {
            seed: config.seed,
            count: config.starter_count,
        }),
        DataChoice::Path(path) => Box::new(Folder::open(path)?),
    })
}

/// Faces drawn by the program.
#[derive(Clone, Copy, Debug)]
pub struct StarterFaces {
    /// Another seed, other faces.
    pub seed: u64,
    /// How many.
    pub count: usize,
}

impl Source for StarterFaces {
    fn name(&self) -> String {
        "Starter faces".into()
    }

    fn licence(&self) -> String {
        "drawn by Morphogan; free for any use (CC0)".into()
    }

    fn len(&self) -> usize {
        self.count
    }

    fn item_name(&self, index: usize) -> String {
        format!("starter face {index}")
    }

    fn picture(&self, index: usize, size: usize) -> Result<Picture, SourceError> {
        let factors = starter::Factors::sample(self.seed, index as u64);
        Ok(starter::draw(&factors, size))
    }
}
