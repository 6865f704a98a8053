//! What a file is: by its content, not by its name.

use std::io::{self, Read as _, Write};
use std::path::Path;

use super::bytes::ByteSource;
use super::container::Container;
use super::contents::Contents;
use super::formats::cifar::{self, Cifar};
use super::gallery::Gallery;
use super::gunzip::{self, Gunzip};
use super::kinds::{self, BEGINNING, FileType};
use super::location::{Location, OpenOptions};
use super::tar::Tar;
use super::zip::Zip;
use super::{Source, SourceError, formats};
use crate::data::cache::{self, BoundedWriter};

/// What a person calls a tar that gzip packed.
const TAR_GZ: &str = "tar.gz archive";

/// The source at `path`.
///
/// # Errors
/// Where there is nothing, or nothing usable, and [`SourceError::Cancelled`] when
/// [`OpenOptions::go_on`] says so.
pub fn open(path: &Path, opening: OpenOptions<'_>) -> Result<Box<dyn Source>, SourceError> {
    let bytes = ByteSource::open(path)?;
    let beginning = bytes.beginning(BEGINNING)?;
    if beginning.is_empty() {
        return Err(SourceError::damaged("file", SourceError::Empty, path));
    }
    let location = Location::of_file(path, &bytes, opening)?;
    match kinds::of(&beginning) {
        FileType::Zip => gallery(Box::new(Zip::open(bytes, &location)?), path, opening),
        FileType::Data(data) => match formats::of(data) {
            Some(format) => (format.open)(&[path.to_owned()], &location),
            None => Err(SourceError::Unknown(path.to_owned())),
        },
        FileType::Gzip => open_packed(bytes, &location),
        FileType::Tar => open_tar(Tar::open("tar archive", bytes, &location)?, &location),
        _ if cifar::is_batch(&path.to_string_lossy()) => {
            let batches = vec![(super::container::title(path), bytes)];
            Ok(Box::new(Cifar::open(batches, &location)?))
        }
        FileType::Pickle if cifar::is_python_batch(&path.to_string_lossy()) => {
            Err(SourceError::PythonBatches(path.to_owned()))
        }
        FileType::Picture | FileType::Foreign(_) => Err(SourceError::OnePicture(path.into())),
        FileType::Pickle | FileType::Numbers(_) | FileType::Other => {
            Err(SourceError::Unknown(path.to_owned()))
        }
    }
}

/// The pictures of `container`, which lies at `path`.
pub(super) fn gallery(
    container: Box<dyn Container>,
    path: &Path,
    opening: OpenOptions<'_>,
) -> Result<Box<dyn Source>, SourceError> {
    let contents = Contents::of(container.as_ref(), opening.go_on)?;
    let gallery = Gallery::open(container, path, &contents, opening.folder_labels)?;
    Ok(Box::new(gallery))
}

/// What gzip packs: an IDX file or a tar.
fn open_packed(bytes: ByteSource, location: &Location<'_>) -> Result<Box<dyn Source>, SourceError> {
    let beginning =
        gunzip::beginning(&bytes).map_err(|error| location.damaged("gzip file", error))?;
    match kinds::of(&beginning) {
        FileType::Tar => {}
        FileType::Data(data) if let Some(format) = formats::of_packed(data) => {
            return (format.open)(&[location.path.to_owned()], location);
        }
        _ => return Err(SourceError::Unknown(location.path.to_owned())),
    }
    let tar = cache::unpacked(
        location.fingerprint,
        bytes.len(),
        &mut |out| unpack(&bytes, location, out),
        &|blob| Tar::open(TAR_GZ, blob, location),
    )?;
    open_tar(tar, location)
}

fn unpack(
    bytes: &ByteSource,
    location: &Location<'_>,
    out: &mut dyn Write,
) -> Result<(), SourceError> {
    let mut out = BoundedWriter::new(out, bytes.len());
    let mut decoder = Gunzip::new(bytes.reader());
    let mut some = vec![0; 1 << 18];
    loop {
        location.opening.check()?;
        let count = match decoder.read(&mut some) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            // A download that was cut short: what is there can be used, and the tar says so.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(location.damaged(TAR_GZ, error)),
        };
        let read = some.get(..count).unwrap_or_default();
        if let Err(error) = out.write_all(read) {
            return Err(match out.bomb() {
                Some(bomb) => location.damaged(TAR_GZ, bomb),
                None => error.into(),
            });
        }
    }
}

fn open_tar(tar: Tar, location: &Location<'_>) -> Result<Box<dyn Source>, SourceError> {
    let names = tar.names().iter().enumerate();
    let batches: Vec<(String, ByteSource)> = names
        .filter(|(_, name)| cifar::is_batch(name))
        .filter_map(|(index, name)| Some((name.clone(), tar.member(index)?)))
        .collect();
    if !batches.is_empty() {
        return Ok(Box::new(Cifar::open(batches, location)?));
    }
    gallery(Box::new(tar), location.path, location.opening)
}
