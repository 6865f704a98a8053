//! What must be unpacked to be read at any place: a tar.gz as its tar, a parquet as a tar of its
//! pictures.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::checksummed::{ChecksummedFile, Writer};
use super::room::{BUILDING, MOST_BYTES, UNPACKED, make_room, touch};
use crate::data::SourceError;
use crate::data::source::bytes::ByteSource;

/// Writes what is unpacked.
pub type Fill<'a> = &'a mut dyn FnMut(&mut dyn Write) -> Result<(), SourceError>;

/// What `open` makes of the file of `key` in the user's cache folder; where there is none yet, or a
/// spoiled one, of what `fill` writes.
///
/// # Errors
/// As [`spill`], and that of `open`.
pub fn unpacked<T>(
    key: u128,
    expected: u64,
    fill: Fill<'_>,
    open: &dyn Fn(ByteSource) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let folder = super::folder();
    unpacked_in(folder.as_deref(), key, expected, fill, open)
}

/// As [`unpacked`], in `folder`.
fn unpacked_in<T>(
    folder: Option<&Path>,
    key: u128,
    expected: u64,
    fill: Fill<'_>,
    open: &dyn Fn(ByteSource) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    match open(ByteSource::from_checked(spill(
        folder, key, expected, fill,
    )?)) {
        // It was removed when that was noticed.
        Err(SourceError::CorruptCache) => open(ByteSource::from_checked(spill(
            folder, key, expected, fill,
        )?)),
        result => result,
    }
}

/// The file of `key` in `folder`; where there is none yet, what `fill` writes. Without a folder, or
/// one that cannot be written or has no room, it lies in the system's folder for temporary files and
/// goes when it is closed. `expected` bytes are a guess.
///
/// # Errors
/// [`SourceError::NoRoom`], or that of `fill`.
fn spill(
    folder: Option<&Path>,
    key: u128,
    expected: u64,
    fill: Fill<'_>,
) -> Result<ChecksummedFile, SourceError> {
    let kept = folder.map(|folder| folder.join(format!("{key:032x}{UNPACKED}")));
    if let Some(found) = kept.as_ref().and_then(|path| reopen(path, key)) {
        return Ok(found);
    }
    if let (Some(folder), Some(path)) = (folder, &kept)
        && let Some(temporary) = new_in(folder, expected)
    {
        match write(temporary.as_file(), key, fill) {
            Ok(mut made) => {
                // Where it cannot get its name it is still open, and gone when it is closed.
                if temporary.persist(path).is_ok() {
                    made.kept_at(path.clone());
                }
                return Ok(made);
            }
            Err(Failure::Source(error)) => return Err(error),
            // The disk is full, perhaps: what was written is removed, and the other one tried.
            Err(Failure::Disk(_)) => {}
        }
    }
    let made = tempfile::tempfile().map_err(Failure::Disk);
    made.and_then(|file| write(&file, key, fill))
        .map_err(|failure| match failure {
            Failure::Source(error) => error,
            Failure::Disk(error) => SourceError::NoRoom {
                why: error.to_string(),
                path: std::env::temp_dir(),
            },
        })
}

/// Why a file was not written.
enum Failure {
    Disk(io::Error),
    Source(SourceError),
}

/// The file at `path`; one that is not whole is removed.
fn reopen(path: &Path, key: u128) -> Option<ChecksummedFile> {
    let found = ChecksummedFile::open(path, key);
    match &found {
        Some(found) => touch(found.file()),
        // It is made again; where there is none nothing is removed.
        None => drop(std::fs::remove_file(path)),
    }
    found
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

fn write(file: &File, key: u128, fill: Fill<'_>) -> Result<ChecksummedFile, Failure> {
    let copy = file.try_clone().map_err(Failure::Disk)?;
    let mut out = Writer::new(BufWriter::with_capacity(1 << 20, file));
    let filled = fill(&mut out);
    if let Some(error) = out.failed() {
        return Err(Failure::Disk(error));
    }
    filled.map_err(Failure::Source)?;
    out.finish(key, copy).map_err(Failure::Disk)
}

/// What is packed may unpack to this many times its size: pictures are packed already.
const MOST_RATIO: u64 = 250;

/// What is small may unpack to this many bytes whatever its ratio.
const SMALL: u64 = 64 << 20;

/// Counts what goes through, and stops what grows without measure.
pub struct BoundedWriter<'a> {
    out: &'a mut dyn Write,
    packed: u64,
    written: u64,
    most: u64,
}

impl<'a> BoundedWriter<'a> {
    /// Lets through to `out` what `packed` bytes may plausibly unpack to.
    pub fn new(out: &'a mut dyn Write, packed: u64) -> Self {
        Self {
            out,
            packed,
            written: 0,
            most: packed.saturating_mul(MOST_RATIO).max(SMALL),
        }
    }

    /// The refusal, where it was too much.
    pub fn bomb(&self) -> Option<SourceError> {
        let bomb = SourceError::Bomb(self.most, self.packed);
        (self.written > self.most).then_some(bomb)
    }
}

impl Write for BoundedWriter<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoiled_file_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut made = 0;
        let mut read = || {
            let mut fill = |out: &mut dyn Write| {
                made += 1;
                Ok(out.write_all(&[9; 10_000])?)
            };
            let open = |blob: ByteSource| blob.read_all(10_000);
            let all = unpacked_in(Some(folder.path()), 3, 10, &mut fill, &open).unwrap();
            assert_eq!(all, [9; 10_000]);
            made
        };
        assert_eq!((read(), read()), (1, 1));
        let path = folder.path().join(format!("{:032x}{UNPACKED}", 3));
        for (place, total) in [(5000, 2), (10_020, 3)] {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[place] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(), total);
        }
        // One of an earlier version, without checksums.
        std::fs::write(&path, [9; 10_000]).unwrap();
        assert_eq!((read(), read()), (4, 4));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut fill = |out: &mut dyn Write| {
            out.write_all(&[1; 100])?;
            Err(SourceError::Cancelled)
        };
        let open = |blob: ByteSource| blob.read_all(1);
        let failed = unpacked_in(Some(folder.path()), 3, 10, &mut fill, &open);
        assert!(matches!(failed, Err(SourceError::Cancelled)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_the_disks_fault() {
        // Every write to it fails as on a full disk.
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut fill = |out: &mut dyn Write| Ok(out.write_all(&[1; 4 << 20])?);
        let failed = write(&full, 1, &mut fill);
        assert!(matches!(failed, Err(Failure::Disk(_))));
    }
}
