//! Still pictures.

use std::io;
use std::path::Path;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use crate::atomic_file;
use crate::picture::Picture;

/// Writes `picture` as PNG, whole or not at all.
///
/// # Errors
/// The file system's.
pub fn write(path: &Path, picture: &Picture) -> io::Result<()> {
    let (width, height) = (picture.width as u32, picture.height as u32);
    atomic_file::write(path, |file| {
        PngEncoder::new(file)
            .write_image(&picture.rgb, width, height, ExtendedColorType::Rgb8)
            .map_err(io::Error::other)
    })
}
