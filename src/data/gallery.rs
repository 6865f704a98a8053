//! The pictures of a container, with the labels that stand in it or beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::DynamicImage;

use super::container::{Container, title};
use super::{Labels, Source, SourceError, decode, labels};
use crate::notice::Notice;

/// Largest file of labels that is read, in bytes.
const MOST_LABEL_BYTES: u64 = 128 << 20;

/// The pictures of a folder or an archive.
pub struct Gallery {
    container: Box<dyn Container>,
    title: String,
    /// Members that are pictures.
    pictures: Vec<u32>,
    labels: Option<Arc<Labels>>,
    warnings: Vec<Notice>,
}

impl Gallery {
    /// Finds the pictures of `container`, which lies at `path`, and their labels, with
    /// `folder_labels` also those that their sub-folders are.
    ///
    /// # Errors
    /// Where there is no picture.
    pub fn open(
        container: Box<dyn Container>,
        path: &Path,
        folder_labels: bool,
    ) -> Result<Self, SourceError> {
        let members = container.names().iter().zip(0u32..);
        let pictures: Vec<u32> = members
            .filter(|(name, _)| decode::is_picture(name))
            .map(|(_, number)| number)
            .collect();
        if pictures.is_empty() {
            return Err(SourceError::NoPictures(path.to_owned()));
        }
        let names: Vec<String> = pictures
            .iter()
            .filter_map(|&number| container.names().get(number as usize).cloned())
            .collect();
        let read = |file: &str| find_file(container.as_ref(), path, file);
        let (labels, found) = labels::find(&names, folder_labels, &read);
        let mut warnings = container.warnings();
        warnings.extend(found);
        Ok(Self {
            title: title(path),
            pictures,
            labels: labels.map(Arc::new),
            warnings,
            container,
        })
    }

    /// All members of `container`, whatever their names, with labels from elsewhere.
    ///
    /// # Errors
    /// Where there is none.
    pub fn of_all(
        container: Box<dyn Container>,
        path: &Path,
        labels: Option<Labels>,
    ) -> Result<Self, SourceError> {
        let pictures: Vec<u32> = (0u32..).take(container.names().len()).collect();
        if pictures.is_empty() {
            return Err(SourceError::NoPictures(path.to_owned()));
        }
        Ok(Self {
            title: title(path),
            pictures,
            labels: labels.map(Arc::new),
            warnings: container.warnings(),
            container,
        })
    }
}

/// A file called `file` at the top of the container, below it, or beside it.
fn find_file(
    container: &dyn Container,
    path: &Path,
    file: &str,
) -> Option<Result<Vec<u8>, String>> {
    let is_it = |name: &String| name.rsplit('/').next() == Some(file);
    let inside = container.names().iter().position(is_it);
    let bytes = match inside {
        Some(index) => container.read(index, MOST_LABEL_BYTES),
        None => {
            let beside = path.parent()?.join(file);
            if path.is_dir() || !beside.is_file() {
                return None;
            }
            super::blob::Blob::open(&beside).and_then(|blob| blob.read_all(MOST_LABEL_BYTES))
        }
    };
    Some(bytes.map_err(|error| error.to_string()))
}

impl Source for Gallery {
    fn name(&self) -> String {
        self.title.clone()
    }

    fn kind(&self) -> &'static str {
        self.container.kind()
    }

    fn len(&self) -> usize {
        self.pictures.len()
    }

    fn item_name(&self, index: usize) -> String {
        let number = self.pictures.get(index).map(|&number| number as usize);
        let name = number.and_then(|number| self.container.names().get(number));
        name.cloned().unwrap_or_else(|| format!("picture {index}"))
    }

    fn labels(&self) -> Option<Arc<Labels>> {
        self.labels.clone()
    }

    fn warnings(&self) -> Vec<Notice> {
        self.warnings.clone()
    }

    fn fingerprint(&self) -> Option<u128> {
        self.container.fingerprint()
    }

    fn file(&self, index: usize) -> Option<PathBuf> {
        let number = *self.pictures.get(index)? as usize;
        self.container.file(number)
    }

    fn content(&self, index: usize) -> Result<Vec<u8>, SourceError> {
        let number = *self.pictures.get(index).ok_or(SourceError::Shrunk)? as usize;
        self.container.read(number, decode::MOST_BYTES)
    }

    fn original(&self, index: usize) -> Result<DynamicImage, SourceError> {
        let number = *self.pictures.get(index).ok_or(SourceError::Shrunk)? as usize;
        let bytes = self.container.read(number, decode::MOST_BYTES)?;
        let name = self.container.names().get(number);
        let name = name.map(String::as_str).unwrap_or_default();
        decode::picture(&bytes, name)
    }
}
