//! Formats of data files that hold many pictures each: one file a format, and one list of them.

pub mod cifar;
pub mod idx;
pub mod parquet;

use std::path::{Path, PathBuf};

use super::kinds::DataFormat;
use super::location::Location;
use super::{Source, SourceError};

type Open = fn(&[PathBuf], &Location<'_>) -> Result<Box<dyn Source>, SourceError>;

/// How files of a format are counted and opened.
pub struct Format {
    pub data: DataFormat,
    /// Whether several files in a folder are parts of one set, or each a set of its own.
    pub in_parts: bool,
    /// Whether a file that gzip packed is read as well.
    pub packed: bool,
    /// Pictures that the file at a path has by its own word; `None` where it has none.
    pub pictures: fn(&Path) -> Option<u64>,
    /// The pictures of these files at the location: parts of one set, or one file.
    pub open: Open,
}

static FORMATS: [Format; 2] = [
    Format {
        data: DataFormat::Parquet,
        in_parts: true,
        packed: false,
        pictures: parquet::pictures,
        open: parquet::open,
    },
    Format {
        data: DataFormat::Idx,
        in_parts: false,
        packed: true,
        pictures: idx::pictures,
        open: idx::open,
    },
];

/// The format of such files; `None` of one that is known but not read.
pub fn of(data: DataFormat) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.data == data)
}

/// As [`of`], of one whose files gzip may have packed.
pub fn of_packed(data: DataFormat) -> Option<&'static Format> {
    of(data).filter(|format| format.packed)
}
