//! PNG, and the texts that one can carry beside its pixels.

use std::io::{self, BufRead, Seek, Write};

use png::{BitDepth, ColorType, Compression, Decoder, DecodingError, Encoder, EncodingError};

use super::ending::FileFormat;
use super::exporter::Exporter;
use crate::picture::Picture;

pub struct Png;

impl Exporter for Png {
    fn kind(&self) -> FileFormat {
        FileFormat::new("PNG", "png")
    }

    fn encode(&self, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
        encode(picture, &[], out)
    }
}

/// Writes `picture` with `texts`, each a keyword of Latin letters and what it says.
///
/// # Errors
/// The file system's, and where there is no pixel.
pub(super) fn encode(
    picture: &Picture,
    texts: &[(&str, &str)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let write = || -> Result<(), EncodingError> {
        let mut encoder = Encoder::new(out, width, height);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        for (keyword, text) in texts {
            encoder.add_itxt_chunk((*keyword).to_owned(), (*text).to_owned())?;
        }
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&picture.rgb)?;
        writer.finish()
    };
    write().map_err(|error| match error {
        EncodingError::IoError(error) => error,
        error => io::Error::other(error),
    })
}

/// What the text `keyword` of a PNG says; none where it has no such text, or is no PNG.
///
/// # Errors
/// The file system's.
pub(super) fn text(file: impl BufRead + Seek, keyword: &str) -> io::Result<Option<String>> {
    let read = match Decoder::new(file).read_info() {
        Ok(read) => read,
        Err(DecodingError::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
            return Err(error);
        }
        Err(_) => return Ok(None),
    };
    let mut texts = read.info().utf8_text.iter();
    let found = texts.find(|text| text.keyword == keyword);
    Ok(found.and_then(|text| text.get_text().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_with_its_picture() {
        let picture = Picture::filled(3, 2, [1, 2, 3]);
        let mut bytes = Vec::new();
        encode(&picture, &[("one", "é"), ("two", "2")], &mut bytes).unwrap();
        let said = |keyword| text(io::Cursor::new(&bytes), keyword).unwrap();
        assert_eq!(said("one").as_deref(), Some("é"));
        assert_eq!((said("two").as_deref(), said("three")), (Some("2"), None));
        let decoded = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(decoded.into_raw(), picture.rgb);
        for cut in 0..bytes.len() {
            // A part of a file says nothing, or what it said before it ends.
            let _ = text(io::Cursor::new(&bytes[..cut]), "one").unwrap();
        }
        assert_eq!(text(io::Cursor::new(b"no PNG"), "one").unwrap(), None);
    }
}
