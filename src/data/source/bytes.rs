//! Bytes at a known place: a file or memory, or a part of either.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::SourceError;
use crate::data::cache::{CacheCorruption, ChecksummedFile};
use crate::data::positioned;

/// Read-only bytes. Cheap to clone, read from any thread without a lock.
#[derive(Clone, Debug)]
pub struct ByteSource {
    home: Storage,
    start: u64,
    len: u64,
}

#[derive(Clone, Debug)]
enum Storage {
    File(Arc<File>),
    ChecksummedFile(Arc<ChecksummedFile>),
    Memory(Arc<[u8]>),
}

impl ByteSource {
    /// The file at `path`. Pipes and devices are refused: opening one may wait for ever.
    ///
    /// # Errors
    /// Where it cannot be opened or is no ordinary file.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no ordinary file").into());
        }
        Ok(Self::from_file(File::open(path)?)?)
    }

    /// All of an open file.
    ///
    /// # Errors
    /// Where its length cannot be asked.
    pub fn from_file(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let home = Storage::File(Arc::new(file));
        Ok(Self {
            home,
            start: 0,
            len,
        })
    }

    /// An unpacked copy in the cache.
    pub fn from_checked(file: ChecksummedFile) -> Self {
        Self {
            len: file.len(),
            home: Storage::ChecksummedFile(Arc::new(file)),
            start: 0,
        }
    }

    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        let home = Storage::Memory(bytes.into());
        Self {
            home,
            start: 0,
            len,
        }
    }

    /// Length in bytes, as it was when it was opened.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// `len` bytes from `start`; `None` where they do not lie inside.
    pub fn part(&self, start: u64, len: u64) -> Option<Self> {
        let inside = start.checked_add(len)? <= self.len;
        inside.then(|| Self {
            home: self.home.clone(),
            start: self.start + start,
            len,
        })
    }

    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    /// [`SourceError::Shrunk`] where there are fewer bytes than promised, else the file system's.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        let wanted = buffer.len() as u64;
        if offset.checked_add(wanted).is_none_or(|end| end > self.len) {
            return Err(SourceError::Shrunk);
        }
        self.fill(offset, buffer).map_err(|error| {
            let spoiled = error
                .get_ref()
                .is_some_and(|error| error.is::<CacheCorruption>());
            match error.kind() {
                io::ErrorKind::UnexpectedEof => SourceError::Shrunk,
                _ if spoiled => SourceError::CorruptCache,
                _ => error.into(),
            }
        })
    }

    /// Within the length that was promised.
    fn fill(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &self.home {
            Storage::File(file) => positioned::read(file, buffer, self.start + offset),
            Storage::ChecksummedFile(file) => file.read(buffer, self.start + offset),
            Storage::Memory(bytes) => {
                let start = usize::try_from(self.start + offset).unwrap_or(usize::MAX);
                let found = bytes.get(start..).and_then(|rest| rest.get(..buffer.len()));
                let found = found.ok_or(io::ErrorKind::UnexpectedEof)?;
                buffer.copy_from_slice(found);
                Ok(())
            }
        }
    }

    /// All bytes, where they are at most `limit`.
    ///
    /// # Errors
    /// [`SourceError::TooManyBytes`], and those of [`ByteSource::read_at`].
    pub fn read_all(&self, limit: u64) -> Result<Vec<u8>, SourceError> {
        if self.len > limit {
            return Err(SourceError::TooManyBytes(self.len, limit));
        }
        let mut bytes = vec![0; self.len as usize];
        self.read_at(0, &mut bytes)?;
        Ok(bytes)
    }

    /// The first bytes, `most` of them or as many as there are.
    ///
    /// # Errors
    /// Those of [`ByteSource::read_at`].
    pub fn beginning(&self, most: u64) -> Result<Vec<u8>, SourceError> {
        let mut bytes = vec![0; self.len.min(most) as usize];
        self.read_at(0, &mut bytes)?;
        Ok(bytes)
    }

    /// A reader with its own position, at the beginning.
    pub fn reader(&self) -> ByteReader {
        ByteReader {
            blob: self.clone(),
            position: 0,
        }
    }
}

/// Reads a [`ByteSource`] from front to back, or wherever it is sent.
#[derive(Clone, Debug)]
pub struct ByteReader {
    blob: ByteSource,
    position: u64,
}

impl Read for ByteReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.blob.len.saturating_sub(self.position);
        let count = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if let Some(part) = buffer.get_mut(..count).filter(|part| !part.is_empty()) {
            self.blob.fill(self.position, part)?;
        }
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for ByteReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.blob.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stays_inside_and_a_file_that_shrinks_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bytes");
        std::fs::write(&path, b"0123456789").unwrap();
        let whole = ByteSource::open(&path).unwrap();
        let part = whole.part(2, 5).unwrap();
        assert_eq!(part.read_all(5).unwrap(), b"23456");
        assert!(whole.part(6, 5).is_none() && whole.part(u64::MAX, 2).is_none());
        let too_many = part.read_all(4).unwrap_err();
        assert!(matches!(too_many, SourceError::TooManyBytes(5, 4)));
        let mut text = String::new();
        let mut reader = part.reader();
        reader.seek(SeekFrom::End(-2)).unwrap();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "56");

        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(4)
            .unwrap();
        let error = whole.read_all(99).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it has become shorter while it was read; open the source again"
        );
    }

    #[test]
    fn memory_reads_like_a_file() {
        let blob = ByteSource::from_bytes(b"0123456789".to_vec());
        assert_eq!(blob.part(8, 2).unwrap().read_all(9).unwrap(), b"89");
        assert!(matches!(
            blob.read_at(8, &mut [0; 3]),
            Err(SourceError::Shrunk)
        ));
        assert_eq!(blob.beginning(3).unwrap(), b"012");
    }
}
