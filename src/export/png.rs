//! PNG.

use std::io::{self, Write};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};

use super::ending::FileFormat;
use super::exporter::Exporter;
use crate::picture::Picture;

pub struct Png;

impl Exporter for Png {
    fn kind(&self) -> FileFormat {
        FileFormat::new("PNG", "png")
    }

    fn encode(&self, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
        let (width, height) = (picture.width as u32, picture.height as u32);
        PngEncoder::new(out)
            .write_image(&picture.rgb, width, height, ExtendedColorType::Rgb8)
            .map_err(io::Error::other)
    }
}
