//! What a path is: by its content, not by its name.

use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::blob::Blob;
use super::cache::{self, Bounded, Key};
use super::cifar::{self, Cifar};
use super::container::Container as _;
use super::folder::{self, Folder};
use super::gallery::Gallery;
use super::idx::{self, Idx};
use super::tar_archive::{self, Tar};
use super::zip_archive::{self, Zip};
use super::{Source, SourceError, parquet_file};

/// Bytes that are looked at.
const BEGINNING: u64 = 512;

/// A tar.gz may unpack to this many times its size: pictures are packed already.
const MOST_RATIO: u64 = 250;

/// Small ones may unpack to this many bytes whatever their ratio.
const SMALL: u64 = 64 << 20;

/// What to do while a source is opened.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Whether the sub-folders that pictures stand in are labels.
    pub folder_labels: bool,
    /// Asked now and then; opening ends when it says no.
    pub go_on: &'a dyn Fn() -> bool,
}

/// The source at `path`.
///
/// # Errors
/// Where there is nothing, or nothing usable, and [`SourceError::Cancelled`] when
/// [`Opening::go_on`] says so.
pub fn open(path: &Path, opening: Opening<'_>) -> Result<Box<dyn Source>, SourceError> {
    if !path.exists() {
        return Err(SourceError::Missing(path.to_owned()));
    }
    if path.is_dir() {
        return open_folder(path, opening);
    }
    let bytes = Blob::open(path)?;
    let beginning = bytes.beginning(BEGINNING)?;
    if beginning.is_empty() {
        return Err(SourceError::damaged("file", SourceError::Empty, path));
    }
    let fingerprint = zip_archive::fingerprint(&bytes, path)?;
    match beginning[..] {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => {
            let zip = Zip::open(bytes, path, fingerprint)?;
            Ok(Box::new(Gallery::open(
                Box::new(zip),
                path,
                opening.folder_labels,
            )?))
        }
        [b'P', b'A', b'R', b'1', ..] => {
            let parts = [path.to_owned()];
            let gallery = parquet_file::open(&parts, path, fingerprint, opening.go_on)?;
            Ok(Box::new(gallery))
        }
        [0x1f, 0x8b, ..] => open_packed(bytes, path, fingerprint, opening),
        _ if idx::looks_like(&beginning) => {
            Ok(Box::new(Idx::open(&bytes, false, path, fingerprint)?))
        }
        _ if tar_archive::looks_like(&beginning) => open_tar(
            Tar::open("tar archive", bytes, path, fingerprint)?,
            path,
            fingerprint,
            opening,
        ),
        _ if cifar::is_batch(&path.to_string_lossy()) => {
            let batches = vec![(super::container::title(path), bytes)];
            Ok(Box::new(Cifar::open(batches, path, fingerprint)?))
        }
        _ if image::guess_format(&beginning).is_ok() => Err(SourceError::OnePicture(path.into())),
        _ => Err(SourceError::Unknown(path.to_owned())),
    }
}

/// A folder of pictures, of CIFAR-10 batches, or with one data file in it.
fn open_folder(path: &Path, opening: Opening<'_>) -> Result<Box<dyn Source>, SourceError> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut batches = files.clone();
    batches.retain(|file| cifar::is_batch(&file.to_string_lossy()));
    if !batches.is_empty() {
        let fingerprint = fingerprint_of("CIFAR-10", &batches);
        let mut opened = Vec::new();
        for batch in &batches {
            opened.push((super::container::title(batch), Blob::open(batch)?));
        }
        return Ok(Box::new(Cifar::open(opened, path, fingerprint)?));
    }
    let found = Folder::open(path, opening.go_on)?;
    match Gallery::open(Box::new(found), path, opening.folder_labels) {
        Ok(gallery) => Ok(Box::new(gallery)),
        Err(error @ SourceError::NoPictures(_)) => {
            let parts = parquet_parts(&files);
            if !parts.is_empty() {
                let fingerprint = fingerprint_of("parquet parts", &parts);
                return Ok(Box::new(parquet_file::open(
                    &parts,
                    path,
                    fingerprint,
                    opening.go_on,
                )?));
            }
            match data_file(&files) {
                Some(file) => open(file, opening),
                None => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// A number for these files by name, size and time.
fn fingerprint_of(kind: &str, files: &[PathBuf]) -> u128 {
    let mut key = Key::new(kind);
    for file in files {
        key.bytes(file.as_os_str().as_encoded_bytes());
        if let Ok(about) = std::fs::metadata(file) {
            folder::stamp(&about, &mut key);
        }
    }
    key.finish()
}

/// The parts of a data set as Hugging Face lays it out: those to train on, where they say so.
fn parquet_parts(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut parts = files.to_vec();
    parts.retain(|file| {
        let ending = file.extension().map(|ending| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| ending == "parquet") && file.is_file()
    });
    let to_train_on = |file: &PathBuf| super::container::title(file).starts_with("train");
    if parts.iter().any(to_train_on) {
        parts.retain(to_train_on);
    }
    parts
}

/// In a folder without pictures: the training pictures of MNIST and its relatives, or the one
/// archive that somebody downloaded into it.
fn data_file(files: &[PathBuf]) -> Option<&PathBuf> {
    let ends = |file: &PathBuf, endings: &[&str]| {
        let name = file.to_string_lossy().to_ascii_lowercase();
        file.is_file() && endings.iter().any(|ending| name.ends_with(ending))
    };
    let mut idx: Vec<&PathBuf> = files
        .iter()
        .filter(|file| {
            let name = super::container::title(file);
            name.contains("images") && name.contains("idx") && file.is_file()
        })
        .collect();
    // `train-…` before `t10k-…`: the larger one.
    idx.sort_by_key(|file| !super::container::title(file).starts_with("train"));
    if let Some(first) = idx.first() {
        return Some(first);
    }
    let endings = [".zip", ".tar", ".tar.gz", ".tgz"];
    let mut others = files.iter().filter(|file| ends(file, &endings));
    match (others.next(), others.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// What gzip packs: an IDX file or a tar.
fn open_packed(
    bytes: Blob,
    path: &Path,
    fingerprint: u128,
    opening: Opening<'_>,
) -> Result<Box<dyn Source>, SourceError> {
    let mut beginning = Vec::new();
    MultiGzDecoder::new(bytes.reader())
        .take(BEGINNING)
        .read_to_end(&mut beginning)
        .map_err(|error| SourceError::damaged("gzip file", error, path))?;
    if idx::looks_like(&beginning) {
        return Ok(Box::new(Idx::open(&bytes, true, path, fingerprint)?));
    }
    if !tar_archive::looks_like(&beginning) {
        return Err(SourceError::Unknown(path.to_owned()));
    }
    let folder = cache::folder();
    let file = cache::spill(folder.as_deref(), fingerprint, bytes.len(), &mut |out| {
        unpack(&bytes, path, out, opening.go_on)
    })?;
    let tar = Tar::open("tar.gz archive", Blob::from_file(file)?, path, fingerprint)?;
    open_tar(tar, path, fingerprint, opening)
}

fn unpack(
    bytes: &Blob,
    path: &Path,
    out: &mut dyn Write,
    go_on: &dyn Fn() -> bool,
) -> Result<(), SourceError> {
    let most = bytes.len().saturating_mul(MOST_RATIO).max(SMALL);
    let mut out = Bounded::new(out, most);
    let mut decoder = MultiGzDecoder::new(std::io::BufReader::new(bytes.reader()));
    let mut some = vec![0; 1 << 18];
    loop {
        if !go_on() {
            return Err(SourceError::Cancelled);
        }
        let count = match decoder.read(&mut some) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            // A download that was cut short: what is there can be used, and the tar says so.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(SourceError::damaged("tar.gz archive", error, path)),
        };
        let read = some.get(..count).unwrap_or_default();
        out.write_all(read).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => {
                let why = SourceError::Bomb(most, bytes.len());
                SourceError::damaged("tar.gz archive", why, path)
            }
            _ => error.into(),
        })?;
    }
}

fn open_tar(
    tar: Tar,
    path: &Path,
    fingerprint: u128,
    opening: Opening<'_>,
) -> Result<Box<dyn Source>, SourceError> {
    let names = tar.names().iter().enumerate();
    let batches: Vec<(String, Blob)> = names
        .filter(|(_, name)| cifar::is_batch(name))
        .filter_map(|(index, name)| Some((name.clone(), tar.member(index)?)))
        .collect();
    if !batches.is_empty() {
        return Ok(Box::new(Cifar::open(batches, path, fingerprint)?));
    }
    Ok(Box::new(Gallery::open(
        Box::new(tar),
        path,
        opening.folder_labels,
    )?))
}
