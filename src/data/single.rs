//! One picture, for those who bring their own.

use std::path::Path;

use super::decode::{self, MOST_BYTES};
use super::prepare::square;
use super::{Preparation, SourceError, Square};

/// The picture at `path` as a square that the network can draw.
///
/// # Errors
/// Where there is none, or none that can be used.
pub fn read_picture(path: &Path, how: &Preparation) -> Result<Square, SourceError> {
    if !path.is_file() {
        return Err(SourceError::Missing(path.to_owned()));
    }
    let bytes = path.metadata()?.len();
    if bytes > MOST_BYTES {
        return Err(SourceError::TooManyBytes(bytes, MOST_BYTES));
    }
    let name = path.to_string_lossy();
    square(&decode::picture(&std::fs::read(path)?, &name)?, how)
}
