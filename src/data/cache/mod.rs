//! Prepared pictures and unpacked archives on disk, in the user's cache folder: made once, found
//! again by what they were made from, and thrown away when they become too many.

mod checksummed;
mod key;
mod pixels;
mod room;
mod spill;

pub use checksummed::{CacheCorruption, ChecksummedFile};
pub use key::Key;
pub use pixels::{PixelFile, Shape};
pub use room::folder;
pub use spill::{BoundedWriter, unpacked};
