//! What must be unpacked to be read at any place: a tar.gz as its tar, a parquet as a tar of its
//! pictures.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::{BUILDING, MOST_BYTES, make_room, touch};
use crate::data::SourceError;

/// Of the files' names.
pub(super) const ENDING: &str = ".unpacked";

/// The file of `key` in `folder`; where there is none yet, what `fill` writes. Without a folder, or
/// one that cannot be written, it lies in the system's folder for temporary files and goes when it
/// is closed. `expected` bytes are a guess.
///
/// # Errors
/// The file system's, or that of `fill`.
pub fn spill(
    folder: Option<&Path>,
    key: u128,
    expected: u64,
    fill: &mut dyn FnMut(&mut dyn Write) -> Result<(), SourceError>,
) -> Result<File, SourceError> {
    let kept = folder.map(|folder| folder.join(format!("{key:032x}{ENDING}")));
    if let Some(file) = kept.as_ref().and_then(|path| reopen(path)) {
        return Ok(file);
    }
    if let (Some(folder), Some(path)) = (folder, &kept)
        && let Some(temporary) = new_in(folder, expected)
    {
        write(temporary.as_file(), fill)?;
        return match temporary.persist(path) {
            Ok(file) => Ok(file),
            // Still open, and gone when it is closed.
            Err(error) => Ok(error.file.into_file()),
        };
    }
    let file = tempfile::tempfile()?;
    write(&file, fill)?;
    Ok(file)
}

fn reopen(path: &Path) -> Option<File> {
    let file = File::options().read(true).write(true).open(path).ok()?;
    touch(&file);
    Some(file)
}

fn new_in(folder: &Path, expected: u64) -> Option<NamedTempFile> {
    std::fs::create_dir_all(folder).ok()?;
    if !make_room(folder, expected, MOST_BYTES) {
        return None;
    }
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(BUILDING)
        .suffix(".tmp")
        .tempfile_in(folder)
        .ok()
}

fn write(
    file: &File,
    fill: &mut dyn FnMut(&mut dyn Write) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    fill(&mut out)?;
    out.flush()?;
    Ok(())
}

/// Counts what goes through, and stops what grows without measure.
pub struct Bounded<'a> {
    out: &'a mut dyn Write,
    written: u64,
    most: u64,
}

impl<'a> Bounded<'a> {
    /// Lets `most` bytes through to `out`.
    pub fn new(out: &'a mut dyn Write, most: u64) -> Self {
        Self {
            out,
            written: 0,
            most,
        }
    }
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written += bytes.len() as u64;
        if self.written > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
