//! The pictures of a container, with the labels that stand in it or beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes::ByteSource;
use super::container::{Container, title};
use super::contents::Contents;
use super::fingerprint::stamp;
use super::memory_budget::READING;
use super::{Choice, DecodedPicture, Labels, Source, SourceError, decode};
use crate::data::cache::Key;
use crate::data::labels::{self, TableFile};
use crate::data::limits;
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
    choice: Choice,
    fingerprint: Option<u128>,
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
        contents: &Contents,
        folder_labels: bool,
    ) -> Result<Self, SourceError> {
        if contents.pictures.is_empty() {
            return Err(contents.nothing(path));
        }
        let pictures = contents.pictures.clone();
        let names: Vec<String> = pictures
            .iter()
            .filter_map(|&number| container.names().get(number as usize).cloned())
            .collect();
        let tables = tables(container.as_ref(), path);
        let (labels, found) = labels::find(&names, folder_labels, &tables);
        drop(tables);
        let mut warnings = container.warnings();
        warnings.extend(contents.warnings());
        warnings.extend(found);
        Ok(Self {
            title: title(path),
            fingerprint: fingerprint(container.as_ref(), contents),
            pictures,
            labels: labels.map(Arc::new),
            warnings,
            choice: contents.choice(),
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
        choice: Choice,
    ) -> Result<Self, SourceError> {
        let pictures: Vec<u32> = (0u32..).take(container.names().len()).collect();
        if pictures.is_empty() {
            return Err(Contents::default().nothing(path));
        }
        Ok(Self {
            title: title(path),
            fingerprint: container.fingerprint(),
            pictures,
            labels: labels.map(Arc::new),
            warnings: container.warnings(),
            choice,
            container,
        })
    }
}

/// A number for the pictures: that of the container, which goes by names, and what was found by its
/// content besides.
fn fingerprint(container: &dyn Container, contents: &Contents) -> Option<u128> {
    let whole = container.fingerprint()?;
    if contents.by_content.count == 0 {
        return Some(whole);
    }
    let mut key = Key::new("found by content");
    key.bytes(&whole.to_le_bytes());
    for &number in &contents.pictures {
        let name = container.names().get(number as usize);
        let found = name.filter(|name| !decode::is_picture(name));
        let Some(name) = found else { continue };
        key.bytes(name.as_bytes());
        let file = container.file(number as usize);
        if let Some(about) = file.and_then(|file| std::fs::metadata(file).ok()) {
            stamp(&about, &mut key);
        }
    }
    Some(key.finish())
}

/// Files that may hold labels: those of the container, and those beside an archive that it has none
/// of that name of.
fn tables<'a>(container: &'a dyn Container, path: &Path) -> Vec<TableFile<'a>> {
    let in_words = |error| match error {
        SourceError::TooManyBytes(bytes, most) => {
            format!("it has {bytes} bytes, and tables of up to {most} are read")
        }
        error => error.to_string(),
    };
    let names = container.names().iter().enumerate();
    let inside = names.filter(|(_, name)| labels::is_table(name));
    let mut tables: Vec<TableFile<'a>> = inside
        .map(|(index, name)| TableFile {
            path: name.clone(),
            read: Box::new(move || container.read(index, MOST_LABEL_BYTES).map_err(in_words)),
        })
        .collect();
    let Some(folder) = path.parent().filter(|_| !path.is_dir()) else {
        return tables;
    };
    for name in labels::known_names() {
        let beside = folder.join(name);
        let known = |table: &TableFile<'_>| table.path.rsplit('/').next() == Some(name);
        if beside.is_file() && !tables.iter().any(known) {
            let read =
                move || ByteSource::open(&beside).and_then(|blob| blob.read_all(MOST_LABEL_BYTES));
            tables.push(TableFile {
                path: name.to_owned(),
                read: Box::new(move || read().map_err(in_words)),
            });
        }
    }
    tables
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
        self.fingerprint
    }

    fn choice(&self) -> Choice {
        self.choice.clone()
    }

    fn file(&self, index: usize) -> Option<PathBuf> {
        let number = *self.pictures.get(index)? as usize;
        self.container.file(number)
    }

    fn content(&self, index: usize) -> Result<Vec<u8>, SourceError> {
        let number = *self.pictures.get(index).ok_or(SourceError::Shrunk)? as usize;
        self.container.read(number, limits::MOST_BYTES)
    }

    fn original(&self, index: usize) -> Result<DecodedPicture, SourceError> {
        let number = *self.pictures.get(index).ok_or(SourceError::Shrunk)? as usize;
        let _turn = READING.take(self.container.size(number));
        let bytes = self.container.read(number, limits::MOST_BYTES)?;
        let name = self.container.names().get(number);
        let name = name.map(String::as_str).unwrap_or_default();
        decode::picture(&bytes, name)
    }
}
