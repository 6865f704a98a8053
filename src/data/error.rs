//! Why a source or one of its pictures cannot be used.

use std::io;
use std::path::PathBuf;

use super::limits::{LONGEST_SIDE, MOST_PIXELS, SHORTEST_SIDE};
use crate::picture::FORMATS;

/// Why a source or one of its pictures cannot be used: what happened, what to do next, the path last.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file system said no.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Not a picture, or a broken one.
    #[error("not a usable picture: {0}")]
    Decode(#[from] image::ImageError),
    /// A decoder gave up in a way that it should not.
    #[error("not a usable picture: its decoder failed ({0})")]
    Panicked(String),
    /// It ends before its picture does.
    #[error("the picture is cut short; fetch it again")]
    CutShort,
    /// Its content cannot be what somebody wrote.
    #[error("the picture's data is damaged; fetch it again")]
    DamagedPicture,
    /// A picture of a kind that is not read.
    #[error("it is a picture in the format {0}, which is not read; convert it to JPEG or PNG")]
    Foreign(&'static str),
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    #[error("cannot be resized: {0}")]
    Resize(#[from] fast_image_resize::ResizeError),
    /// More pixels than a training picture can have use for.
    #[error("{0}×{1} pixels are too many (limit: {longest} a side, {most} million in all)", longest = LONGEST_SIDE, most = MOST_PIXELS / 1_000_000)]
    TooLarge(u32, u32),
    /// Nothing to learn from.
    #[error("{0}×{1} pixels are too few (smallest: {shortest} a side)", shortest = SHORTEST_SIDE)]
    TooSmall(u32, u32),
    /// The box that was asked for does not lie in this picture.
    #[error("the crop box lies outside its {0}×{1} pixels; choose a box inside, or the centre")]
    OutsideCrop(u32, u32),
    /// A file or member larger than any training picture.
    #[error("{0} bytes are too many for one picture (limit: {1})")]
    TooManyBytes(u64, u64),
    /// A member that grows without measure when it is unpacked.
    #[error("it unpacks to {0} bytes from {1}: refused as an archive bomb")]
    Bomb(u64, u64),
    /// Fewer bytes than there were.
    #[error("it has become shorter while it was read; open the source again")]
    Shrunk,
    /// The unpacked copy is not what was written.
    #[error("{}", super::cache::CacheCorruption)]
    CorruptCache,
    /// A member that cannot be unpacked.
    #[error("cannot be unpacked: {0}")]
    Member(String),
    #[error("cancelled")]
    Cancelled,
    /// Nothing at that path.
    #[error("there is nothing at this path; check its spelling: {}", .0.display())]
    Missing(PathBuf),
    /// A folder or archive with no picture in it.
    #[error("there is no {FORMATS} in it or below it{there}: {}", path.display())]
    NoPictures {
        /// What there is instead, in words; empty where there is nothing to tell.
        there: String,
        path: PathBuf,
    },
    /// CIFAR-10 as Python writes it.
    #[error("these are CIFAR's batches for Python, which only Python can read; fetch the binary version (cifar-10-binary.tar.gz) instead: {}", .0.display())]
    PythonBatches(PathBuf),
    /// Neither the cache folder nor the one for temporary files has room for what must be unpacked.
    #[error("there is no room to unpack it, neither in the cache folder nor in the one for temporary files; free some space ({why}): {}", path.display())]
    NoRoom {
        /// What the file system said.
        why: String,
        path: PathBuf,
    },
    /// A parquet file without pictures.
    #[error("no column of this parquet file holds pictures (encoded, as Hugging Face writes them); its columns are {columns}: {}", path.display())]
    NoPictureColumn {
        /// Those that there are.
        columns: String,
        path: PathBuf,
    },
    /// A parquet file whose pages are packed in an uncommon way.
    #[error("this parquet file is packed with a codec that Morphogan does not read; write it again with snappy, zstd, gzip, brotli or lz4: {}", .0.display())]
    UnknownCodec(PathBuf),
    /// One picture where many are needed.
    #[error("this is a single picture; give the folder that it stands in: {}", .0.display())]
    OnePicture(PathBuf),
    /// The labels of an IDX pair.
    #[error("this IDX file holds labels, no pictures; give the images file beside it: {}", .0.display())]
    OnlyLabels(PathBuf),
    /// Nothing that is known.
    #[error("this is no source of pictures that Morphogan knows; give a folder, zip, tar, tar.gz, IDX, CIFAR-10 or parquet: {}", .0.display())]
    Unknown(PathBuf),
    /// A container that contradicts itself.
    #[error("this {kind} is damaged: {why}; fetch or make it again: {}", path.display())]
    Damaged {
        /// What it claims to be.
        kind: &'static str,
        /// What is wrong with it.
        why: String,
        path: PathBuf,
    },
}

impl SourceError {
    /// A container that contradicts itself.
    pub(super) fn damaged(
        kind: &'static str,
        why: impl std::fmt::Display,
        path: impl Into<PathBuf>,
    ) -> Self {
        Self::Damaged {
            kind,
            why: why.to_string(),
            path: path.into(),
        }
    }
}
