//! From the bytes of a file to pixels: by content, upright, within limits.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use super::SourceError;

/// Endings that are taken for pictures; what a file really holds is read from its first bytes.
const ENDINGS: [&str; 9] = [
    "png", "jpg", "jpeg", "jfif", "webp", "bmp", "gif", "tif", "tiff",
];

/// Longest side that is decoded: beyond it a picture is refused by its header.
pub const LONGEST_SIDE: u32 = 16_384;

/// Most pixels that are decoded.
pub const MOST_PIXELS: u64 = 64_000_000;

/// Shortest side that is worth learning from.
pub const SHORTEST_SIDE: u32 = 8;

/// Largest file that is taken for a picture, in bytes.
pub const MOST_BYTES: u64 = 256 << 20;

/// Memory that decoding one picture may take, in bytes: eight a pixel.
const DECODE_BYTES: u64 = 8 * MOST_PIXELS;

/// Whether a name ends like a picture's. Hidden files and what macOS puts beside are no pictures.
pub fn is_picture(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, ending)) = file.rsplit_once('.') else {
        return false;
    };
    !stem.is_empty()
        && !file.starts_with('.')
        && !name.starts_with("__MACOSX/")
        && ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
}

/// Decodes a picture, turned upright as its EXIF data says; of an animation the first frame. `name`
/// is asked only where the content does not say what it is.
///
/// # Errors
/// Why it cannot be used; sizes beyond the limits are refused before any pixel is decoded.
pub fn picture(bytes: &[u8], name: &str) -> Result<DynamicImage, SourceError> {
    if bytes.is_empty() {
        return Err(SourceError::Empty);
    }
    // A decoder that panics on a broken file must cost that file, not the run.
    catch_unwind(AssertUnwindSafe(|| decode(bytes, name))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(SourceError::Panicked(text.unwrap_or_default()))
    })
}

fn decode(bytes: &[u8], name: &str) -> Result<DynamicImage, SourceError> {
    // A file name lies more often than the first bytes do.
    let format = match image::guess_format(bytes) {
        Ok(format) => format,
        Err(unknown) => ImageFormat::from_path(name).map_err(|_| unknown)?,
    };
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder()?;
    let (across, down) = decoder.dimensions();
    let pixels = u64::from(across) * u64::from(down);
    if across.max(down) > LONGEST_SIDE || pixels > MOST_PIXELS {
        return Err(SourceError::TooLarge(across, down));
    }
    if across.min(down) < SHORTEST_SIDE {
        return Err(SourceError::TooSmall(across, down));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_BYTES);
    decoder.set_limits(limits)?;
    // Broken EXIF data says nothing about the pixels.
    let orientation = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder)?;
    if let Ok(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}
