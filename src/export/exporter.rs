//! What a format of still pictures must be able to do.

use std::io::{self, Write};

use super::ending::FileFormat;
use crate::picture::Picture;

/// A format of still pictures.
pub trait Exporter: Sync {
    /// What it is called, and how names of its files end.
    fn kind(&self) -> FileFormat;

    /// Writes `picture` to `out`.
    ///
    /// # Errors
    /// The file system's, and where the format cannot hold the picture.
    fn encode(&self, picture: &Picture, out: &mut dyn Write) -> io::Result<()>;
}
