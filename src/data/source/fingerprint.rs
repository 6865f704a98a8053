//! Numbers that are others for other content, made without reading all of it.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::SourceError;
use super::bytes::ByteSource;
use crate::data::cache::Key;

/// Size and time of the last change.
pub fn stamp(about: &Metadata, key: &mut Key) {
    key.number(about.len());
    let changed = about.modified().ok();
    let changed = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    key.bytes(&changed.unwrap_or_default().as_nanos().to_le_bytes());
}

/// Of one file: its length, its time and samples of its bytes.
///
/// # Errors
/// Where it cannot be read.
pub fn of_file(bytes: &ByteSource, path: &Path) -> Result<u128, SourceError> {
    const SAMPLE: u64 = 64 << 10;
    let mut key = Key::new("file");
    if let Ok(about) = std::fs::metadata(path) {
        stamp(&about, &mut key);
    }
    let len = bytes.len();
    for part in 0..=16 {
        let start = len.saturating_sub(SAMPLE) / 16 * part;
        if let Some(sample) = bytes.part(start, SAMPLE.min(len - start)) {
            key.bytes(&sample.read_all(SAMPLE)?);
        }
    }
    // The directory of a zip stands at the end.
    let tail = len.saturating_sub(1 << 20);
    if let Some(sample) = bytes.part(tail, len - tail) {
        key.bytes(&sample.read_all(1 << 20)?);
    }
    Ok(key.finish())
}

/// Of several files of a format, by their names, sizes and times.
pub fn of_files(format: &str, files: &[PathBuf]) -> u128 {
    let mut key = Key::new(format);
    for file in files {
        key.bytes(file.as_os_str().as_encoded_bytes());
        if let Ok(about) = std::fs::metadata(file) {
            stamp(&about, &mut key);
        }
    }
    key.finish()
}
