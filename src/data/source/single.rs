//! One picture, for those who bring their own.

use std::path::Path;

use super::decode::{self, DecodedPicture};
use super::{SourceError, Square, Transform};
use crate::config::TransformConfig;
use crate::data::limits::MOST_BYTES;
use crate::data::transform::{reduced, square};
use crate::picture::Picture;

/// The picture at `path` as a square that the network can draw.
///
/// # Errors
/// Where there is none, or none that can be used.
pub fn read_picture(path: &Path, how: &Transform) -> Result<Square, SourceError> {
    square(&*read(path)?, how)
}

/// The picture at `path`, upright and opaque, no side longer than `longest`, and its size as found.
///
/// # Errors
/// Where there is none, or none that can be used.
pub fn read_original(path: &Path, longest: u32) -> Result<(Picture, (u32, u32)), SourceError> {
    let picture = read(path)?;
    let found = (picture.width(), picture.height());
    let white = TransformConfig::default().background.0;
    Ok((reduced(&picture, white, longest), found))
}

fn read(path: &Path) -> Result<DecodedPicture, SourceError> {
    if !path.is_file() {
        return Err(SourceError::Missing(path.to_owned()));
    }
    let bytes = path.metadata()?.len();
    if bytes > MOST_BYTES {
        return Err(SourceError::TooManyBytes(bytes, MOST_BYTES));
    }
    let name = path.to_string_lossy();
    decode::picture(&std::fs::read(path)?, &name)
}
