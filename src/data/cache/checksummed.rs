//! A file with checksums behind its content, a number a block: what a power cut, a full disk or
//! somebody else did to it is noticed when it is read.
//!
//! The content, then a sum a block, then a header: magic, key, length, the sum of the sums.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::positioned;

const MAGIC: [u8; 8] = *b"MORPHUP1";
const TRAILER: usize = 48;

/// Bytes that have a checksum of their own: few, since pictures are read one by one.
const BLOCK: usize = 4096;

/// What is there was changed by somebody else.
#[derive(Debug, thiserror::Error)]
#[error("its unpacked copy in the cache was changed or damaged; open the source again")]
pub struct CacheCorruption;

/// Such a file, open for reading.
#[derive(Debug)]
pub struct ChecksummedFile {
    file: File,
    len: u64,
    sums: Vec<u32>,
    /// Where it is kept; a spoiled one is removed there.
    path: Option<PathBuf>,
}

impl ChecksummedFile {
    /// The file at `path`, where it is one of `key` and whole.
    pub fn open(path: &Path, key: u128) -> Option<Self> {
        let file = File::options().read(true).write(true).open(path).ok()?;
        let whole = file.metadata().ok()?.len();
        let mut trailer = [0; TRAILER];
        positioned::read(&file, &mut trailer, whole.checked_sub(TRAILER as u64)?).ok()?;
        let len = u64::from_le_bytes(*trailer.get(24..32)?.first_chunk()?);
        let blocks = len.div_ceil(BLOCK as u64);
        // The length is checked first, so that no table larger than the file is asked for.
        if len.checked_add(4 * blocks)?.checked_add(TRAILER as u64)? != whole {
            return None;
        }
        let mut table = vec![0; 4 * blocks as usize];
        positioned::read(&file, &mut table, len).ok()?;
        if encode(key, len, &table) != trailer {
            return None;
        }
        let sums = table.chunks_exact(4);
        let sums = sums.map(|four| {
            four.first_chunk()
                .map_or(0, |four| u32::from_le_bytes(*four))
        });
        Some(Self {
            len,
            sums: sums.collect(),
            path: Some(path.to_owned()),
            file,
        })
    }

    /// Bytes of its content.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    /// Remembers where it is kept now.
    pub fn kept_at(&mut self, path: PathBuf) {
        self.path = Some(path);
    }

    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    /// The file system's, and [`CacheCorruption`].
    pub fn read(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let end = offset + buffer.len() as u64;
        let first = offset / BLOCK as u64;
        let start = first * BLOCK as u64;
        let stop = end.next_multiple_of(BLOCK as u64).min(self.len);
        let length = stop
            .checked_sub(start)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut blocks = vec![0; length as usize];
        positioned::read(&self.file, &mut blocks, start)?;
        let sums = self.sums.iter().skip(first as usize);
        for (block, sum) in blocks.chunks(BLOCK).zip(sums) {
            if crc32fast::hash(block) != *sum {
                if let Some(path) = &self.path {
                    // It is made again the next time.
                    let _ = std::fs::remove_file(path);
                }
                return Err(io::Error::new(io::ErrorKind::InvalidData, CacheCorruption));
            }
        }
        let from = (offset - start) as usize;
        let found = blocks.get(from..from + buffer.len());
        buffer.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

fn encode(key: u128, len: u64, table: &[u8]) -> [u8; TRAILER] {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(key.to_le_bytes());
    bytes.extend(len.to_le_bytes());
    bytes.extend(crc32fast::hash(table).to_le_bytes());
    bytes.resize(TRAILER - 4, 0);
    let sum = crc32fast::hash(&bytes);
    bytes.extend(sum.to_le_bytes());
    let mut trailer = [0; TRAILER];
    trailer.copy_from_slice(&bytes);
    trailer
}

/// Writes such a file.
pub struct Writer<W> {
    out: W,
    len: u64,
    sums: Vec<u32>,
    sum: crc32fast::Hasher,
    /// What the disk said, where it failed: whoever fills the file may say it otherwise.
    failed: Option<io::Error>,
}

impl<W: Write> Writer<W> {
    /// Into `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            len: 0,
            sums: Vec::new(),
            sum: crc32fast::Hasher::new(),
            failed: None,
        }
    }

    /// What the disk said, where it failed.
    pub fn failed(&mut self) -> Option<io::Error> {
        self.failed.take()
    }

    /// Writes the checksums behind the content of `file`, for `key`.
    ///
    /// # Errors
    /// The file system's.
    pub fn finish(mut self, key: u128, file: File) -> io::Result<ChecksummedFile> {
        if !self.len.is_multiple_of(BLOCK as u64) {
            self.sums.push(std::mem::take(&mut self.sum).finalize());
        }
        let table: Vec<u8> = self.sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        self.out.write_all(&table)?;
        self.out.write_all(&encode(key, self.len, &table))?;
        // Not synced to the disk: what a power cut spoils, the checksums find.
        self.out.flush()?;
        Ok(ChecksummedFile {
            file,
            len: self.len,
            sums: self.sums,
            path: None,
        })
    }

    fn note(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = BLOCK - (self.len % BLOCK as u64) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.sum.update(now);
            self.len += now.len() as u64;
            if now.len() == room {
                self.sums.push(std::mem::take(&mut self.sum).finalize());
            }
            bytes = later;
        }
    }

    fn heed<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.failed = Some(io::Error::new(error.kind(), error.to_string()));
        }
        result
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        let count = self.heed(written)?;
        self.note(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.heed(flushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_is_noticed_when_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let content: Vec<u8> = (0..9000u32).map(|number| (number % 251) as u8).collect();
        let make = || {
            let file = File::create(&path).unwrap();
            let mut out = Writer::new(&file);
            out.write_all(&content).unwrap();
            let made = out.finish(7, file.try_clone().unwrap()).unwrap();
            assert_eq!(made.len(), 9000);
        };
        make();
        assert!(ChecksummedFile::open(&path, 8).is_none());
        let mut bytes = vec![0; 5000];
        ChecksummedFile::open(&path, 7)
            .unwrap()
            .read(&mut bytes, 3500)
            .unwrap();
        assert_eq!(bytes, content[3500..8500]);
        let whole = std::fs::read(&path).unwrap();
        for place in (0..whole.len()).step_by(97).chain(8990..whole.len()) {
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            std::fs::write(&path, changed).unwrap();
            let mut all = vec![0; 9000];
            let read = ChecksummedFile::open(&path, 7).map(|file| file.read(&mut all, 0));
            assert!(!matches!(read, Some(Ok(()))), "{place}");
            // One whose content is spoiled is gone.
            assert_eq!(path.exists(), place >= 9000, "{place}");
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(ChecksummedFile::open(&path, 7).is_none());
    }
}
